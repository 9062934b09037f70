import type { Language, LanguageCode } from '../i18n/language.svelte.ts';

/** The size of a file. */
export function bytes(value: number, language: LanguageCode): string {
  const [unit, divisor] = value >= 1e6 ? (['megabyte', 1e6] as const) : (['kilobyte', 1e3] as const);
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit,
    maximumFractionDigits: unit === 'megabyte' && value < 1e8 ? 1 : 0,
  }).format(value / divisor);
}

/** A part of a whole, without decimals. */
export function percent(fraction: number, language: LanguageCode): string {
  return withSign(String(Math.round(100 * fraction)), language);
}

/** A scale of the view: small ones with a decimal. */
export function zoomPercent(scale: number, language: LanguageCode): string {
  const value = 100 * scale;
  return withSign(String(value < 10 ? Number(value.toFixed(1)) : Math.round(value)), language);
}

/** Chinese sets the sign close. */
function withSign(value: string, language: LanguageCode): string {
  return language === 'zh-CN' ? `${value}%` : `${value}\u00a0%`;
}

/** Time left, rounded so that it does not flicker. */
export function timeLeft(t: Language['t'], seconds: number): string {
  if (seconds < 60)
    return t('time.seconds-left', { count: seconds < 10 ? Math.ceil(seconds) : 5 * Math.ceil(seconds / 5) });
  return t('time.minutes-left', { count: Math.ceil(seconds / 60) });
}

/** Time of day. */
export function timeOfDay(iso: string, language: LanguageCode): string {
  return new Intl.DateTimeFormat(language, { timeStyle: 'short' }).format(new Date(iso));
}

/** When something was done: today's with the time alone. */
export function whenDone(iso: string, language: LanguageCode, now = new Date()): string {
  const then = new Date(iso);
  if (then.toDateString() === now.toDateString()) return timeOfDay(iso, language);
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(then);
}

/** How long something took. */
export function duration(seconds: number, language: LanguageCode): string {
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: 'second',
    unitDisplay: 'short',
    maximumFractionDigits: seconds < 10 ? 1 : 0,
  }).format(seconds);
}

import type { StartState } from '../../electron/ipc/contract.ts';
import type { Language } from '../i18n/language.svelte.ts';

const macNames: Readonly<Record<string, string>> = { Mod: '⌘', Shift: '⇧', Alt: '⌥' };
const names: Readonly<Record<string, string>> = {
  Mod: 'Ctrl',
  Plus: '+',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Arrows: '← → ↑ ↓',
  Escape: 'Esc',
  PageUp: 'Page Up',
  PageDown: 'Page Down',
};

/** What is printed on the keys of a shortcut. */
export function keyCaps(keys: string, platform: StartState['platform'], t: Language['t']): string[] {
  return keys.split('+').map((part) => {
    if (part === 'Space') return t('key.space');
    return (platform === 'darwin' ? macNames[part] : undefined) ?? names[part] ?? part;
  });
}

import { createHash } from 'node:crypto';
import { basename, extname } from 'node:path';
import { AppError } from '../engine/errors.ts';
import type { How } from '../ipc/batch.ts';

/** What a pattern may say: `{name}` the photo's own, `{folder}` its folder's, `{number}` in the plan, `{date}` of the run. */
export const nameTokens = ['name', 'folder', 'number', 'date'] as const;
type Values = Readonly<Record<(typeof nameTokens)[number], string>>;

/** File systems count bytes, and numbers and temporary endings must still fit. */
const mostNameBytes = 240;
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;

/**
 * The name that a pattern gives, without an extension.
 * @throws AppError `batch/bad-pattern` where the pattern cannot be a file's name on every system
 */
export function nameFrom(pattern: string, values: Values): string {
  const name = pattern.replace(/\{(\w+)\}/g, (_, token: string) => {
    const value = values[token as keyof Values];
    if (value === undefined) throw badPattern(`There is no {${token}}.`);
    return value;
  });
  return checked(name);
}

/** Looks at a pattern before there are photos. @throws AppError `batch/bad-pattern` */
export function checkPattern(pattern: string): void {
  nameFrom(pattern, { name: 'photo', folder: 'folder', number: '0001', date: '2026-01-31' });
  if (!/\{(?:name|number)\}/.test(pattern)) throw badPattern('It must hold {name} or {number}.');
}

function checked(name: string): string {
  const isControl = [...name].some((character) => character < ' ');
  if (name.trim() === '' || isControl || /[<>:"/\\|?*{}]/.test(name)) {
    throw badPattern('A name cannot be empty or hold any of < > : " / \\ | ? * { }');
  }
  const safe = name.replace(/[. ]+$/, '').replace(/^\.+/, '_');
  return shortened(reserved.test(safe) ? `${safe}_` : safe);
}

/** Cuts a name between characters so that it fits, and keeps it apart from others that start alike. */
function shortened(name: string): string {
  if (Buffer.byteLength(name) <= mostNameBytes) return name;
  const mark = createHash('sha256').update(name).digest('hex').slice(0, 8);
  const characters = [...name];
  while (Buffer.byteLength(characters.join('')) > mostNameBytes - 9) characters.pop();
  return `${characters.join('')}-${mark}`;
}

function badPattern(message: string): AppError {
  return new AppError('batch/bad-pattern', `The pattern of names does not work. ${message}`, {
    hint: 'For example {name}-restored',
  });
}

const extensions: Readonly<Record<Exclude<How['format'], 'same'>, readonly string[]>> = {
  jpeg: ['.jpg', '.jpeg', '.jpe', '.jfif'],
  png: ['.png'],
  webp: ['.webp'],
  avif: ['.avif'],
  tiff: ['.tif', '.tiff'],
};

/** The extension of a repaired photo: its own where it says the format, else the format's usual one. */
export function extensionFor(path: string, format: How['format']): string {
  const own = extname(path);
  if (format === 'same') return own.toLowerCase() === '.gif' ? '.png' : own;
  return extensions[format].includes(own.toLowerCase()) ? own : extensions[format][0];
}

/** A photo's name without its extension. */
export function stemOf(path: string): string {
  return basename(path, extname(path));
}

/**
 * Names that are one on some file system: macOS does not tell composed from decomposed letters, and neither it nor
 * Windows tells capitals from small letters.
 */
export function clashKey(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

/** Gives out names so that no two are one on any file system. */
export class Names {
  readonly #taken = new Set<string>();

  /** Nobody else gets this one. */
  keep(path: string): void {
    this.#taken.add(clashKey(path));
  }

  isTaken(path: string): boolean {
    return this.#taken.has(clashKey(path));
  }

  /** `base`, or the first of `base-2`, `base-3`, ... for which none of the endings is taken. */
  take(base: string, endings: readonly string[], isFree: (path: string) => boolean = () => true): string {
    for (let number = 1; ; number++) {
      const numbered = number === 1 ? base : `${base}-${number}`;
      const paths = endings.map((ending) => numbered + ending);
      if (paths.some((path) => this.isTaken(path) || !isFree(path))) continue;
      for (const path of paths) this.keep(path);
      return numbered;
    }
  }
}

/** `photo.jpg`, `photo-2.jpg`, `photo-3.jpg`, ... */
export function numbered(path: string, number: number): string {
  if (number === 1) return path;
  const ending = extname(path);
  return `${path.slice(0, path.length - ending.length)}-${number}${ending}`;
}

import { places } from '../../electron/ipc/places.ts';
import type { TextKey } from '../i18n/language.svelte.ts';
import type { Command } from './commands.ts';

export const shortcutGroups = ['file', 'regions', 'repair', 'view', 'window'] as const;
export type ShortcutGroup = (typeof shortcutGroups)[number];

export interface Shortcut {
  readonly command: Command;
  /** `Mod` is Ctrl, or Cmd on a Mac; the first one is shown in tooltips. */
  readonly keys: readonly string[];
  readonly label: TextKey;
  readonly group: ShortcutGroup;
  /** Works while the key is held down. */
  readonly held?: boolean;
  /** The canvas handles it; it is listed so that people find it. */
  readonly onCanvas?: boolean;
}

const arrows = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'] as const;
const withArrows = (modifiers: string) => arrows.map((arrow) => `${modifiers}${arrow}`);

/** All keys of the window: what the handler obeys, tooltips show and the sheet lists. */
export const shortcuts: readonly Shortcut[] = [
  { command: 'open-files', keys: ['Mod+O'], label: 'command.open-files', group: 'file' },
  { command: 'open-folder', keys: ['Mod+Shift+O'], label: 'command.open-folder', group: 'file' },
  { command: 'paste', keys: ['Mod+V'], label: 'command.paste', group: 'file' },
  { command: 'copy', keys: ['Mod+C'], label: 'command.copy', group: 'file' },
  { command: 'save-copy', keys: ['Mod+S'], label: 'command.save-copy', group: 'file' },
  { command: 'save-as', keys: ['Mod+Shift+S'], label: 'command.save-as', group: 'file' },
  { command: 'save-regions', keys: ['Mod+Shift+B'], label: 'command.save-regions', group: 'file' },
  { command: 'save-project', keys: ['Mod+Shift+P'], label: 'command.save-project', group: 'file' },
  { command: 'export-selection', keys: ['Mod+E'], label: 'command.export-selection', group: 'file' },
  { command: 'close-photo', keys: ['Mod+W'], label: 'command.close-photo', group: 'file' },
  { command: 'next-photo', keys: ['PageDown'], label: 'command.next-photo', group: 'file' },
  { command: 'previous-photo', keys: ['PageUp'], label: 'command.previous-photo', group: 'file' },

  { command: 'tool-rectangle', keys: ['R'], label: 'command.tool-rectangle', group: 'regions' },
  { command: 'tool-brush', keys: ['B'], label: 'command.tool-brush', group: 'regions' },
  { command: 'tool-erase', keys: ['E'], label: 'command.tool-erase', group: 'regions' },
  { command: 'new-region', keys: ['N'], label: 'command.new-region', group: 'regions' },
  { command: 'nudge', keys: withArrows(''), label: 'command.nudge', group: 'regions' },
  { command: 'nudge-far', keys: withArrows('Shift+'), label: 'command.nudge-far', group: 'regions' },
  { command: 'resize', keys: withArrows('Alt+'), label: 'command.resize', group: 'regions' },
  { command: 'resize-far', keys: withArrows('Alt+Shift+'), label: 'command.resize-far', group: 'regions' },
  { command: 'select-all', keys: ['Mod+A'], label: 'command.select-all', group: 'regions' },
  { command: 'duplicate-region', keys: ['Mod+D'], label: 'command.duplicate-region', group: 'regions' },
  {
    command: 'delete-region',
    keys: ['Delete', 'Backspace'],
    label: 'command.delete-region',
    group: 'regions',
  },

  { command: 'find-damage', keys: ['F'], label: 'command.find-damage', group: 'repair' },
  { command: 'whole-photo', keys: ['W'], label: 'command.whole-photo', group: 'repair' },
  { command: 'restore', keys: ['Enter'], label: 'command.restore', group: 'repair' },
  { command: 'cancel', keys: ['Escape'], label: 'command.cancel', group: 'repair' },
  { command: 'weaker', keys: ['['], label: 'command.weaker', group: 'repair' },
  { command: 'stronger', keys: [']'], label: 'command.stronger', group: 'repair' },
  { command: 'undo', keys: ['Mod+Z'], label: 'command.undo', group: 'repair' },
  { command: 'redo', keys: ['Mod+Shift+Z', 'Mod+Y'], label: 'command.redo', group: 'repair' },
  {
    command: 'hold-original',
    keys: ['\\', 'C'],
    label: 'command.hold-original',
    group: 'repair',
    held: true,
  },
  { command: 'compare-before', keys: ['1'], label: 'command.compare-before', group: 'repair' },
  { command: 'compare-half', keys: ['2'], label: 'command.compare-half', group: 'repair' },
  { command: 'compare-after', keys: ['3'], label: 'command.compare-after', group: 'repair' },

  { command: 'zoom-in', keys: ['Mod+Plus', 'Mod+='], label: 'command.zoom-in', group: 'view' },
  { command: 'zoom-out', keys: ['Mod+-'], label: 'command.zoom-out', group: 'view' },
  { command: 'zoom-fit', keys: ['Mod+0'], label: 'command.zoom-fit', group: 'view' },
  { command: 'zoom-100', keys: ['Z'], label: 'command.zoom-100', group: 'view' },
  { command: 'zoom-fill', keys: ['Shift+Z'], label: 'command.zoom-fill', group: 'view' },
  { command: 'pan-by-space', keys: ['Space'], label: 'command.pan-by-space', group: 'view', onCanvas: true },
  { command: 'compare', keys: ['V'], label: 'command.compare', group: 'view' },
  { command: 'side-by-side', keys: ['Shift+V'], label: 'command.side-by-side', group: 'view' },

  ...places.map(
    (place, i): Shortcut => ({
      command: `place-${place}`,
      keys: [`Mod+${i + 1}`],
      label: `command.place-${place}`,
      group: 'window',
    }),
  ),
  { command: 'toggle-panel', keys: ['Tab'], label: 'command.toggle-panel', group: 'window' },
  { command: 'next-area', keys: ['F6'], label: 'command.next-area', group: 'window' },
  { command: 'previous-area', keys: ['Shift+F6'], label: 'command.previous-area', group: 'window' },
  { command: 'settings', keys: ['Mod+,'], label: 'command.settings', group: 'window' },
  { command: 'shortcuts', keys: ['?', 'F1'], label: 'command.shortcuts', group: 'window' },
];

/** A key with its modifiers, as the table writes it. */
export interface KeyPress {
  readonly key: string;
  readonly mod: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
}

/** Takes `Mod+Shift+S` apart. */
export function parseKeys(keys: string): KeyPress {
  const parts = keys.split('+');
  const key = parts.pop() ?? '';
  return {
    key: key === 'Plus' ? '+' : key,
    mod: parts.includes('Mod'),
    shift: parts.includes('Shift'),
    alt: parts.includes('Alt'),
  };
}

/** What was pressed, whatever the keyboard's layout: keys that type no Latin character are told by their place. */
export function keyPress(
  event: Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>,
  isMac: boolean,
): KeyPress {
  // AltGr, which some keyboards need for `[` and `\\`, reports itself as Ctrl and Alt.
  const isAltGr = event.ctrlKey && event.altKey && event.key.length === 1;
  const mod = isMac ? event.metaKey : event.ctrlKey && !isAltGr;
  const isForeign = /^[^ -~]$/.test(event.key) || event.key === 'Process' || event.key === 'Dead';
  const typed = isForeign ? keyAt(event.code) : event.key;
  const key = typed === ' ' ? 'Space' : typed.length === 1 ? typed.toUpperCase() : typed;
  return { key, mod, shift: event.shiftKey, alt: event.altKey && !isAltGr };
}

const latinAt: Readonly<Record<string, string>> = {
  BracketLeft: '[',
  BracketRight: ']',
  Backslash: '\\',
  Comma: ',',
  Minus: '-',
  Equal: '=',
};

function keyAt(code: string): string {
  return /^(?:Key|Digit)(.)$/.exec(code)?.[1] ?? latinAt[code] ?? code;
}

/** The shortcut that was pressed. */
export function findShortcut(pressed: KeyPress): Shortcut | undefined {
  return shortcuts.find(({ keys }) => keys.some((one) => isSame(parseKeys(one), pressed)));
}

function isSame(wanted: KeyPress, pressed: KeyPress): boolean {
  // On some keyboards it takes Shift to type `?`, `+` or `[`, on others it does not.
  const shiftCounts = !/^[^A-Za-z ]$/.test(wanted.key);
  return (
    wanted.key === pressed.key &&
    wanted.mod === pressed.mod &&
    wanted.alt === pressed.alt &&
    (!shiftCounts || wanted.shift === pressed.shift)
  );
}

/** The keys of a command; `aria` is for `aria-keyshortcuts`. */
export function shortcutOf(
  command: Command,
): { readonly keys: readonly string[]; readonly aria: string } | undefined {
  const found = shortcuts.find((shortcut) => shortcut.command === command);
  if (found === undefined) return undefined;
  const aria = found.keys[0].replace('Mod+', 'Control+').replace(/\bPlus$/, 'plus');
  return { keys: found.keys, aria };
}

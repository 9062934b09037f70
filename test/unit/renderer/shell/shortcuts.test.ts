import { expect, test } from 'vitest';
import { menuCommands } from '../../../../electron/ipc/contract.ts';
import { keyCaps } from '../../../../renderer/app/key-names.ts';
import {
  findShortcut,
  keyPress,
  parseKeys,
  shortcutOf,
  shortcuts,
} from '../../../../renderer/app/shortcuts.ts';

function event(
  key: string,
  code = '',
  modifiers: Partial<Record<'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey', boolean>> = {},
) {
  return { key, code, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...modifiers };
}

test('no key means two things', () => {
  const keys = shortcuts.flatMap((shortcut) => shortcut.keys);
  expect(new Set(keys).size).toBe(keys.length);
  // Not even by rules such as "Shift does not count for signs".
  for (const { command, keys: own } of shortcuts) {
    for (const one of own) expect(findShortcut(parseKeys(one))?.command, one).toBe(command);
  }
  expect(new Set(shortcuts.map(({ command }) => command)).size).toBe(shortcuts.length);
});

test('every command of the menu has a key', () => {
  for (const command of menuCommands) expect(shortcutOf(command), command).toBeDefined();
});

test.each([
  ['Ctrl S', event('s', 'KeyS', { ctrlKey: true }), false, 'save-copy'],
  ['Ctrl Shift S', event('S', 'KeyS', { ctrlKey: true, shiftKey: true }), false, 'save-as'],
  ['Cmd S on a Mac', event('s', 'KeyS', { metaKey: true }), true, 'save-copy'],
  ['Ctrl S on a Mac', event('s', 'KeyS', { ctrlKey: true }), true, undefined],
  ['r', event('r', 'KeyR'), false, 'tool-rectangle'],
  ['R with Caps Lock', event('R', 'KeyR'), false, 'tool-rectangle'],
  ['Cyrillic к in the place of R', event('к', 'KeyR'), false, 'tool-rectangle'],
  ['R while a Chinese input method is on', event('Process', 'KeyR'), false, 'tool-rectangle'],
  ['? with Shift', event('?', 'Slash', { shiftKey: true }), false, 'shortcuts'],
  ['Ctrl + on the number pad', event('+', 'NumpadAdd', { ctrlKey: true }), false, 'zoom-in'],
  ['Ctrl + with Shift', event('+', 'Equal', { ctrlKey: true, shiftKey: true }), false, 'zoom-in'],
  ['Ctrl =', event('=', 'Equal', { ctrlKey: true }), false, 'zoom-in'],
  ['[ with AltGr', event('[', 'Digit8', { ctrlKey: true, altKey: true }), false, 'weaker'],
  ['Alt Shift Arrow', event('ArrowUp', 'ArrowUp', { altKey: true, shiftKey: true }), false, 'resize-far'],
  ['1', event('1', 'Digit1'), false, 'compare-before'],
  ['Ctrl 1', event('1', 'Digit1', { ctrlKey: true }), false, 'place-photo'],
  ['Ctrl 2', event('2', 'Digit2', { ctrlKey: true }), false, 'place-folder'],
  ['z', event('z', 'KeyZ'), false, 'zoom-100'],
  ['Z with Shift', event('Z', 'KeyZ', { shiftKey: true }), false, 'zoom-fill'],
  ['Shift Tab', event('Tab', 'Tab', { shiftKey: true }), false, undefined],
  ['Ctrl Q', event('q', 'KeyQ', { ctrlKey: true }), false, undefined],
])('%s', (_, pressed, isMac, command) => {
  expect(findShortcut(keyPress(pressed, isMac))?.command).toBe(command);
});

test('keys are called as on the keyboard', () => {
  const t = () => 'Leertaste';
  expect(keyCaps('Mod+Shift+S', 'win32', t)).toEqual(['Ctrl', 'Shift', 'S']);
  expect(keyCaps('Mod+Shift+S', 'darwin', t)).toEqual(['⌘', '⇧', 'S']);
  expect(keyCaps('Mod+Plus', 'linux', t)).toEqual(['Ctrl', '+']);
  expect(keyCaps('Space', 'linux', t)).toEqual(['Leertaste']);
  expect(shortcutOf('zoom-in')?.aria).toBe('Control+plus');
});

import { places } from '../../electron/ipc/places.ts';
import type { App } from './app.svelte.ts';
import type { Command } from './commands.ts';
import { findShortcut, type KeyPress, keyPress } from './shortcuts.ts';
import { isTyping } from './typing.ts';

const pressable = 'button, a, summary, select, input[type="checkbox"], [role="button"], [role="menuitem"]';
const adjustable = 'select, input[type="range"], input[type="radio"], [role="slider"]';

/** Keys that do something again and again while they are held down. */
const repeating: ReadonlySet<Command> = new Set([
  'nudge',
  'nudge-far',
  'resize',
  'resize-far',
  'zoom-in',
  'zoom-out',
  'weaker',
  'stronger',
  'undo',
  'redo',
  'next-photo',
  'previous-photo',
]);

/** While somebody types, only keys that mean nothing in a text field are obeyed. */
const whileTyping: ReadonlySet<Command> = new Set([
  'open-files',
  'open-folder',
  'save-copy',
  'save-as',
  'save-project',
  'save-regions',
  'export-selection',
  'close-photo',
  'settings',
  'next-area',
  'previous-area',
  ...places.map((place) => `place-${place}` as const),
]);

/** Obeys the table of shortcuts, wherever in the window a key is pressed. */
export class Keyboard {
  readonly #app: App;
  /** The focus came with a click: whoever clicks a tool and then presses Enter does not mean the tool. */
  #focusIsByPointer = false;
  #isPointing = false;

  constructor(app: App) {
    this.#app = app;
  }

  readonly onKeyDown = (event: KeyboardEvent): void => {
    this.#isPointing = false;
    if (event.defaultPrevented || this.#app.dialog !== undefined) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (target.closest('[role="menu"], [role="dialog"]') !== null) return;
    const pressed = keyPress(event, this.#app.platform === 'darwin');
    const shortcut = findShortcut(pressed);
    if (shortcut === undefined || shortcut.onCanvas) return;
    const { command } = shortcut;
    if (isTyping(target)) {
      if (!whileTyping.has(command)) return;
      // What was typed counts.
      (target as HTMLElement).blur();
    } else if (this.#belongsToControl(target, pressed, command)) {
      return;
    }
    // Otherwise the menu's accelerator would run the command once more.
    if (pressed.mod || this.#app.commands.can(command)) event.preventDefault();
    if (event.repeat && !repeating.has(command)) return;
    this.#app.commands.run(command, pressed.key);
  };

  readonly onKeyUp = (event: KeyboardEvent): void => {
    const { key } = keyPress(event, this.#app.platform === 'darwin');
    if (key === '\\' || key === 'C') this.release();
  };

  readonly onPointerDown = (): void => {
    this.#isPointing = true;
  };

  readonly onFocusIn = (): void => {
    this.#focusIsByPointer = this.#isPointing;
  };

  /** Lets go of what is held down, also when the window loses the focus. */
  readonly release = (): void => {
    const session = this.#app.photos.active;
    if (session?.showOriginal) session.showOriginal = false;
  };

  /** Whether the focused control has a use of its own for a key. */
  #belongsToControl(target: Element, { key, mod, alt }: KeyPress, command: Command): boolean {
    // Tab moves the focus, except from the photo, where there is nothing to move on to; F6 leads away from it.
    if (command === 'toggle-panel') return !target.matches('[role="application"]');
    if (mod || alt) return false;
    if (key === 'Enter') {
      const isClicked = this.#focusIsByPointer && target.matches('button');
      return target.closest(pressable) !== null && !(isClicked && this.#app.commands.can(command));
    }
    if (/^(Arrow|Page|Home|End)/.test(key)) return target.closest(adjustable) !== null;
    return key.length === 1 && target.closest('select') !== null;
  }
}

import type { MenuCommand } from '../../electron/ipc/contract.ts';
import { type Place, places } from '../../electron/ipc/places.ts';
import type { PhotoSession } from '../editor/photo-session.svelte.ts';
import type { App } from './app.svelte.ts';
import { moveToArea } from './areas.ts';
import type { Command } from './commands.ts';
import { editInFocus, selectedPart } from './focus.ts';
import { isTyping } from './typing.ts';

interface Action {
  /** Left out: whenever the window is there. */
  readonly can?: () => boolean;
  readonly run: (key: string) => void;
}

const strengthStep = 0.05;
const panStepPx = 64;
const zoomStep = 1.25;

const directions: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Text fields have these to themselves. */
const textCommands: ReadonlySet<Command> = new Set([
  'copy',
  'paste',
  'undo',
  'redo',
  'select-all',
  'delete-region',
]);

/** What each command does now: to the shown photo, or to the window. */
export class CommandRunner {
  readonly #app: App;
  readonly #actions: Readonly<Record<Command, Action>>;

  constructor(app: App) {
    this.#app = app;
    this.#actions = { ...this.#windowActions(), ...this.#placeActions(), ...this.#photoActions() };
  }

  can(command: Command): boolean {
    return this.#actions[command].can?.() ?? true;
  }

  /** Runs a command where it can be run. @param key the arrow key, for commands that have a direction */
  run(command: Command, key = ''): void {
    if (this.can(command)) this.#actions[command].run(key);
  }

  /** Menus send commands whatever has the focus, also while somebody types a number. */
  runFromMenu(command: MenuCommand): void {
    if (this.#app.dialog !== undefined) return;
    if (textCommands.has(command) && isTyping(document.activeElement)) return;
    this.run(command);
  }

  /** The main button acts on the photo as a whole while that part of the panel is seen. */
  #isForWhole(session: PhotoSession): boolean {
    return this.#app.isPanelOpen && session.panelPart === 'whole';
  }

  #windowActions() {
    const { opening, photos } = this.#app;
    const isPhoto = () => this.#app.place === 'photo';
    const hasSeveral = () => isPhoto() && photos.list.length > 1;
    return {
      'open-files': { run: () => void opening.choose('files') },
      'open-folder': {
        run: () =>
          void (this.#app.place === 'folder' ? this.#app.folder.choose('folder') : opening.choose('folder')),
      },
      paste: { run: () => void opening.paste() },
      'next-photo': { can: hasSeveral, run: () => photos.step(1) },
      'previous-photo': { can: hasSeveral, run: () => photos.step(-1) },
      'toggle-panel': {
        can: () => isPhoto() && photos.active !== undefined,
        run: () => {
          this.#app.isPanelOpen = !this.#app.isPanelOpen;
        },
      },
      'next-area': { run: () => moveToArea(1) },
      'previous-area': { run: () => moveToArea(-1) },
      settings: {
        run: () => {
          this.#app.dialog = 'settings';
        },
      },
      shortcuts: {
        run: () => {
          this.#app.dialog = 'shortcuts';
        },
      },
    } satisfies Partial<Record<Command, Action>>;
  }

  #placeActions() {
    const go = (place: Place): [Command, Action] => [
      `place-${place}`,
      {
        run: () => {
          this.#app.place = place;
        },
      },
    ];
    return Object.fromEntries(places.map(go)) as Record<`place-${Place}`, Action>;
  }

  #photoActions() {
    const app = this.#app;
    /** An action on the shown photo; there is none without a photo, or in another place. */
    const on = (
      run: (session: PhotoSession, key: string) => void,
      can: (session: PhotoSession) => boolean = () => true,
    ): Action => ({
      can: () => app.place === 'photo' && app.photos.active !== undefined && can(app.photos.active),
      run: (key) => {
        if (app.photos.active !== undefined) run(app.photos.active, key);
      },
    });
    const isIdle = () => !app.saving.isBusy;
    const hasSelection = (session: PhotoSession) => session.selectedRegionIds.length > 0;
    return {
      'save-copy': on((session) => void app.saving.copy(session), isIdle),
      'save-as': on(() => {
        app.dialog = 'save-as';
      }, isIdle),
      'save-project': on((session) => void app.saving.project(session), isIdle),
      'save-regions': on(
        (session) => void app.saving.regions(session),
        ({ info, markedRegions }) => isIdle() && info.origin === 'file' && markedRegions.length > 0,
      ),
      'export-selection': on(
        () => {
          app.dialog = 'export-selection';
        },
        (session) => isIdle() && selectedPart(session) !== undefined,
      ),
      copy: on((session) => void app.saving.clipboard(session, selectedPart(session)), isIdle),
      'close-photo': on((session) => void app.close(session)),

      'tool-rectangle': on((session) => {
        session.tool = 'rectangle';
      }),
      'tool-brush': on((session) => {
        session.tool = 'brush';
      }),
      'tool-erase': on((session) => {
        session.tool = 'erase';
      }),
      'new-region': on((session) => void session.addRegionInView()),
      nudge: on((session, key) => nudge(session, key, 1)),
      'nudge-far': on((session, key) => nudge(session, key, 10)),
      resize: on((session, key) => resize(session, key, 1), hasSelection),
      'resize-far': on((session, key) => resize(session, key, 10), hasSelection),
      'select-all': on((session) => session.selectAll()),
      'duplicate-region': on((session) => session.duplicateSelected(), hasSelection),
      'delete-region': on(
        (session) => session.deleteSelected(),
        (session) => hasSelection(session) || session.selectedEditId !== undefined,
      ),

      'find-damage': on(
        (session) => {
          session.panelPart = 'regions';
          void session.whole.find();
        },
        (session) => session.job === undefined,
      ),
      'whole-photo': on((session) => {
        app.isPanelOpen = true;
        session.panelPart = 'whole';
      }),
      restore: on(
        (session) => void (this.#isForWhole(session) ? session.whole.repair() : session.restore()),
        (session) =>
          session.job === undefined &&
          (this.#isForWhole(session) ? session.whole.hasSteps : session.document.regions.length > 0),
      ),
      cancel: on(
        (session) => {
          // The regions that are being repaired are usually selected as well.
          if (session.job !== undefined) session.cancel();
          else deselect(session);
        },
        (session) =>
          hasSelection(session) || session.selectedEditId !== undefined || session.job !== undefined,
      ),
      weaker: on(
        (session) => strengthen(session, -strengthStep),
        (session) => editInFocus(session) !== undefined,
      ),
      stronger: on(
        (session) => strengthen(session, strengthStep),
        (session) => editInFocus(session) !== undefined,
      ),
      undo: on(
        (session) => session.undo(),
        (session) => session.canUndo,
      ),
      redo: on(
        (session) => session.redo(),
        (session) => session.canRedo,
      ),

      'hold-original': on((session) => {
        session.showOriginal = true;
      }),
      'compare-before': on((session) => compareAt(session, 1)),
      'compare-half': on((session) => compareAt(session, 0.5)),
      'compare-after': on((session) => compareAt(session, 0)),
      compare: on((session) => {
        session.compare.mode = session.compare.mode === 'slider' ? 'off' : 'slider';
      }),
      'side-by-side': on((session) => {
        session.compare.mode = session.compare.mode === 'sideBySide' ? 'off' : 'sideBySide';
      }),
      'zoom-in': on(({ viewport }) => viewport.zoomBy(zoomStep)),
      'zoom-out': on(({ viewport }) => viewport.zoomBy(1 / zoomStep)),
      'zoom-fit': on(({ viewport }) => viewport.fit()),
      'zoom-100': on(({ viewport }) => viewport.actualSize()),
      'zoom-fill': on(({ viewport }) => viewport.fill()),
      'pan-by-space': on(() => {}),
    } satisfies Partial<Record<Command, Action>>;
  }
}

/** Moves the selected regions by pixels of the photo; without any, the view. */
function nudge(session: PhotoSession, key: string, step: number): void {
  const [dx, dy] = directions[key] ?? [0, 0];
  if (session.selectedRegionIds.length > 0) session.moveSelected(dx * step, dy * step);
  else session.viewport.panBy(-dx * panStepPx * Math.sqrt(step), -dy * panStepPx * Math.sqrt(step));
}

function resize(session: PhotoSession, key: string, step: number): void {
  const [dx, dy] = directions[key] ?? [0, 0];
  session.resizeSelected(dx * step, dy * step);
}

function deselect(session: PhotoSession): void {
  session.select(undefined);
  session.selectedEditId = undefined;
}

function strengthen(session: PhotoSession, by: number): void {
  const edit = editInFocus(session);
  if (edit === undefined) return;
  session.setStrength(edit.id, Math.round(100 * (edit.strength + by)) / 100);
}

function compareAt(session: PhotoSession, position: number): void {
  session.compare = { mode: 'slider', position };
}

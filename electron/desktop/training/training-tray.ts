import { Menu, type MenuItemConstructorOptions, Tray } from 'electron';
import type { ActiveTraining } from '../../ipc/training.ts';
import type { Translate } from '../language.ts';

export interface TrayActions {
  readonly show: () => void;
  readonly pause: (isPaused: boolean) => void;
  readonly quit: () => void;
}

interface TrayParts extends TrayActions {
  readonly iconPath: string;
  readonly t: () => Translate;
}

/** The training in the system's tray, with or without a window. */
export class TrainingTray {
  readonly #parts: TrayParts;
  #tray: Tray | undefined;
  #shown = '';

  constructor(parts: TrayParts) {
    this.#parts = parts;
  }

  get isThere(): boolean {
    return this.#tray !== undefined;
  }

  /** Shows how the training stands; undefined: it has ended, and the icon stays as long as it is wanted. */
  update(active: ActiveTraining | undefined): void {
    const template = trayTemplate(this.#parts.t(), active, this.#parts);
    const key = template.map(({ label }) => label).join('\n');
    if (this.#tray !== undefined && key === this.#shown) return;
    this.#shown = key;
    if (this.#tray === undefined) {
      this.#tray = new Tray(this.#parts.iconPath);
      this.#tray.on('click', () => this.#parts.show());
    }
    this.#tray.setToolTip(String(template[0].label));
    this.#tray.setContextMenu(Menu.buildFromTemplate(template));
  }

  remove(): void {
    this.#tray?.destroy();
    this.#tray = undefined;
  }
}

export function trayTemplate(
  t: Translate,
  active: ActiveTraining | undefined,
  { show, pause, quit }: TrayActions,
): MenuItemConstructorOptions[] {
  const isPaused = active?.held === 'person';
  const line =
    active === undefined
      ? t('tray.finished')
      : t(active.held === null ? 'tray.running' : 'tray.paused', {
          percent: Math.floor(100 * Math.min(1, active.progress)),
        });
  return [
    { label: line, enabled: false },
    { type: 'separator' },
    { id: 'tray-show', label: t('tray.show'), click: show },
    ...(active === undefined
      ? []
      : [
          {
            id: 'tray-pause',
            label: t(isPaused ? 'tray.resume' : 'tray.pause'),
            click: () => pause(!isPaused),
          },
        ]),
    { type: 'separator' },
    { id: 'tray-quit', label: t('menu.quit'), click: quit },
  ];
}

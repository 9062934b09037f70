import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { onCommand } from './control.ts';
import { guarded } from './unimplemented.ts';

interface MenuItem {
  readonly id?: string;
  readonly label?: string;
  readonly enabled?: boolean;
  readonly click?: (item: unknown, window: unknown, event: unknown) => void;
}

const trays = new Set<PlainTray>();

class PlainTray extends EventEmitter {
  #menu: { readonly items: readonly MenuItem[] } | null = null;
  #toolTip = '';
  #isDestroyed = false;

  constructor(image: string) {
    super();
    if (!existsSync(image)) throw new Error(`Failed to load image from path '${image}'`);
    trays.add(this);
  }

  setToolTip(text: string): void {
    this.#toolTip = text;
  }

  setContextMenu(menu: { readonly items: readonly MenuItem[] } | null): void {
    this.#menu = menu;
  }

  destroy(): void {
    this.#isDestroyed = true;
    trays.delete(this);
  }

  isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  /** For tests. */
  get shown() {
    return { toolTip: this.#toolTip, items: this.#menu?.items ?? [] };
  }
}

/** An icon in the system's tray; a test looks at it and clicks it. */
export const Tray = new Proxy(PlainTray, {
  construct: (target, [image]: [string]) => guarded('Tray', new target(image)),
});

onCommand('tray.shown', () =>
  [...trays].map(({ shown: { toolTip, items } }) => ({
    toolTip,
    labels: items.flatMap(({ label }) => (label === undefined ? [] : [label])),
  })),
);
onCommand('tray.click', (id: string | null) => {
  const [tray] = trays;
  if (tray === undefined) throw new Error('there is no tray icon');
  if (id === null) {
    tray.emit('click', {}, {}, {});
    return;
  }
  const item = tray.shown.items.find((each) => each.id === id);
  if (item === undefined) throw new Error(`no item ${id} in the tray`);
  item.click?.(item, undefined, {});
});

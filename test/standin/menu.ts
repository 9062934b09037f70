import { onCommand } from './control.ts';
import { guarded } from './unimplemented.ts';

interface Template {
  readonly id?: string;
  readonly label?: string;
  readonly role?: string;
  readonly type?: string;
  readonly accelerator?: string;
  readonly enabled?: boolean;
  readonly submenu?: readonly Template[];
  readonly click?: (item: unknown, window: unknown, event: unknown) => void;
}

let applicationMenu: { readonly items: readonly Template[] } | null = null;

function items(list: readonly Template[] = applicationMenu?.items ?? []): Template[] {
  return list.flatMap((item) => [item, ...items(item.submenu ?? [])]);
}

export const Menu = guarded('Menu', {
  buildFromTemplate: (template: readonly Template[]) => ({ items: template }),
  setApplicationMenu: (menu: { items: readonly Template[] } | null) => {
    applicationMenu = menu;
  },
  getApplicationMenu: () => applicationMenu,
});

export interface Key {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** Runs the item whose accelerator was pressed; the page did not want the key. */
export function pressAccelerator(key: Key): void {
  const wanted = items().find(({ accelerator }) => accelerator !== undefined && isPressed(accelerator, key));
  wanted?.click?.(wanted, undefined, {});
}

function isPressed(accelerator: string, { key, ctrlKey, metaKey, shiftKey, altKey }: Key): boolean {
  const parts = accelerator.split('+');
  const name = parts.pop() ?? '';
  const own = name === 'Plus' ? '+' : name.toLowerCase();
  return (
    key.toLowerCase() === own &&
    (ctrlKey || metaKey) === parts.includes('CmdOrCtrl') &&
    shiftKey === parts.includes('Shift') &&
    altKey === parts.includes('Alt')
  );
}

onCommand('menu.click', (id: string) => {
  const item = items().find((each) => each.id === id);
  if (item === undefined) throw new Error(`no menu item ${id}`);
  item.click?.(item, undefined, {});
});
onCommand('menu.labels', () => items().flatMap(({ label }) => (label === undefined ? [] : [label])));

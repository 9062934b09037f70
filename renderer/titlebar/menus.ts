import ClipboardPaste from '@lucide/svelte/icons/clipboard-paste';
import Copy from '@lucide/svelte/icons/copy';
import Crop from '@lucide/svelte/icons/crop';
import Project from '@lucide/svelte/icons/file-clock';
import Folder from '@lucide/svelte/icons/folder-open';
import Regions from '@lucide/svelte/icons/frame';
import Image from '@lucide/svelte/icons/image';
import Save from '@lucide/svelte/icons/save';
import X from '@lucide/svelte/icons/x';
import type { App } from '../app/app.svelte.ts';
import type { Command } from '../app/commands.ts';
import { selectedPart } from '../app/focus.ts';
import { shortcutOf } from '../app/shortcuts.ts';
import type { TextKey } from '../i18n/language.svelte.ts';
import type { MenuEntry } from '../ui/menu.ts';

type Item = Extract<MenuEntry, { kind: 'item' }>;

function item(app: App, command: Command, text: TextKey, icon: NonNullable<Item['icon']>): Item {
  return {
    kind: 'item',
    text: app.language.t(text),
    keys: shortcutOf(command)?.keys[0],
    icon,
    isDisabled: !app.commands.can(command),
    onselect: () => app.commands.run(command),
  };
}

/** What can be opened beside files: a folder, the clipboard, what was open before. */
export function openEntries(app: App): MenuEntry[] {
  const { t } = app.language;
  const { opening, photos } = app;
  const entries: MenuEntry[] = [
    item(app, 'open-folder', 'command.open-folder', Folder),
    item(app, 'paste', 'command.paste', ClipboardPaste),
    { kind: 'item', text: t('open.sample'), icon: Image, onselect: () => void opening.openSample() },
  ];
  if (photos.active !== undefined)
    entries.push({ kind: 'line' }, item(app, 'close-photo', 'command.close-photo', X));
  if (opening.recent.length === 0) return entries;
  return [
    ...entries,
    { kind: 'line' },
    { kind: 'heading', text: t('recent') },
    ...opening.recent.map(({ id, name, folder }) => ({
      kind: 'item' as const,
      text: name,
      note: folder,
      onselect: () => void opening.openRecent(id),
    })),
    { kind: 'line' },
    { kind: 'item', text: t('recent.clear'), onselect: () => void opening.clearRecent() },
  ];
}

/** The ways out: files and the clipboard. */
export function saveEntries(app: App): MenuEntry[] {
  const session = app.photos.active;
  const copiesPart = session !== undefined && selectedPart(session) !== undefined;
  return [
    item(app, 'save-copy', 'command.save-copy', Save),
    item(app, 'save-as', 'command.save-as', Save),
    item(app, 'export-selection', 'command.export-selection', Crop),
    item(app, 'save-project', 'command.save-project', Project),
    item(app, 'save-regions', 'command.save-regions', Regions),
    { kind: 'line' },
    item(app, 'copy', copiesPart ? 'copy.part' : 'copy.whole', Copy),
  ];
}

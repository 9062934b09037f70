import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { MenuCommand } from '../ipc/contract.ts';
import { places } from '../ipc/places.ts';
import type { Translate } from './language.ts';

export interface MenuActions {
  readonly command: (command: MenuCommand) => void;
  readonly quit: () => void;
}

/** The application's menu, in the person's language. Commands go to the window, which knows what they mean now. */
export function setMenu(t: Translate, actions: MenuActions): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(t, actions, process.platform)));
}

export function menuTemplate(
  t: Translate,
  { command, quit }: MenuActions,
  platform: NodeJS.Platform,
): MenuItemConstructorOptions[] {
  const item = (
    id: MenuCommand,
    label: Parameters<Translate>[0],
    accelerator?: string,
  ): MenuItemConstructorOptions => ({
    id,
    label: t(label),
    ...(accelerator !== undefined && { accelerator }),
    click: () => command(id),
  });
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  const settings = item('settings', 'menu.settings', 'CmdOrCtrl+,');
  const quitItem: MenuItemConstructorOptions = {
    id: 'quit',
    label: t('menu.quit'),
    accelerator: 'CmdOrCtrl+Q',
    click: quit,
  };
  const isMac = platform === 'darwin';
  const appMenu: MenuItemConstructorOptions = {
    label: 'Photomend',
    submenu: [
      { role: 'about', label: t('menu.about') },
      separator,
      settings,
      separator,
      { role: 'hide', label: t('menu.hide') },
      { role: 'hideOthers', label: t('menu.hideOthers') },
      { role: 'unhide', label: t('menu.unhide') },
      separator,
      quitItem,
    ],
  };
  return [
    ...(isMac ? [appMenu] : []),
    {
      label: t('menu.file'),
      submenu: [
        item('open-files', 'menu.open', 'CmdOrCtrl+O'),
        item('open-folder', 'menu.openFolder', 'CmdOrCtrl+Shift+O'),
        separator,
        item('save-copy', 'menu.saveCopy', 'CmdOrCtrl+S'),
        item('save-as', 'menu.saveAs', 'CmdOrCtrl+Shift+S'),
        item('save-project', 'menu.saveProject', 'CmdOrCtrl+Shift+P'),
        item('save-regions', 'menu.saveRegions', 'CmdOrCtrl+Shift+B'),
        item('export-selection', 'menu.exportSelection', 'CmdOrCtrl+E'),
        separator,
        item('close-photo', 'menu.closePhoto', 'CmdOrCtrl+W'),
        ...(isMac ? [] : [separator, settings, separator, quitItem]),
      ],
    },
    {
      label: t('menu.edit'),
      submenu: [
        item('undo', 'menu.undo', 'CmdOrCtrl+Z'),
        item('redo', 'menu.redo', 'CmdOrCtrl+Shift+Z'),
        separator,
        item('copy', 'menu.copy', 'CmdOrCtrl+C'),
        item('paste', 'menu.paste', 'CmdOrCtrl+V'),
        separator,
        item('select-all', 'menu.selectAll', 'CmdOrCtrl+A'),
        item('new-region', 'menu.newRegion'),
        item('duplicate-region', 'menu.duplicate', 'CmdOrCtrl+D'),
        item('delete-region', 'menu.delete'),
        separator,
        item('find-damage', 'menu.findDamage'),
        item('whole-photo', 'menu.wholePhoto'),
        item('restore', 'menu.restore'),
        item('cancel', 'menu.cancel'),
      ],
    },
    {
      label: t('menu.view'),
      submenu: [
        ...places.map((place, i) => item(`place-${place}`, `menu.place.${place}`, `CmdOrCtrl+${i + 1}`)),
        separator,
        item('zoom-in', 'menu.zoomIn', 'CmdOrCtrl+Plus'),
        item('zoom-out', 'menu.zoomOut', 'CmdOrCtrl+-'),
        item('zoom-fit', 'menu.zoomFit', 'CmdOrCtrl+0'),
        item('zoom-100', 'menu.zoom100'),
        item('zoom-fill', 'menu.zoomFill'),
        separator,
        item('compare', 'menu.compare'),
        item('side-by-side', 'menu.sideBySide'),
        item('toggle-panel', 'menu.panel'),
        separator,
        item('previous-photo', 'menu.previous'),
        item('next-photo', 'menu.next'),
        separator,
        { role: 'togglefullscreen', label: t('menu.fullScreen') },
      ],
    },
    {
      role: 'help',
      label: t('menu.help'),
      submenu: [item('shortcuts', 'menu.shortcuts')],
    },
  ];
}

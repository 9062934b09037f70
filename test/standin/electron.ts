/* The module that stands for `electron` in the main process. A name that is missing here fails at import. */
export { app } from './app.ts';
export { BrowserWindow } from './browser-window.ts';
export { ClipboardItem, clipboard } from './clipboard.ts';
export { dialog } from './dialogs.ts';
export { ipcMain } from './ipc-main.ts';
export { Menu } from './menu.ts';
export { powerMonitor, powerSaveBlocker } from './power.ts';
export { protocol, session } from './session.ts';
export { Notification, nativeTheme, shell } from './system.ts';
export { Tray } from './tray.ts';
export { utilityProcess } from './utility-process.ts';

import { contextBridge, ipcRenderer, webUtils } from 'electron';
import type { PhotomendApi } from './ipc/api.ts';
import { eventNames, requestNames } from './ipc/channels.ts';

/*
 * The only bridge between the window and the app: one function per request of the contract. The window never learns a
 * path; those of dropped files go from here to main.
 */
const calls = Object.fromEntries(
  requestNames
    .filter((name) => !name.endsWith('.openDropped'))
    .map((name) => [name, (argument: unknown) => ipcRenderer.invoke(name, argument)]),
);

const pathsOf = (files: readonly File[]) =>
  // Files that a page made up have no path.
  Array.from(files, (file) => webUtils.getPathForFile(file)).filter((path) => path !== '');

const api = {
  ...calls,
  openDropped: (files: readonly File[]) =>
    ipcRenderer.invoke('photos.openDropped', { paths: pathsOf(files) }),
  batchDropped: (files: readonly File[]) =>
    ipcRenderer.invoke('batch.openDropped', { paths: pathsOf(files) }),
  on: (event: string, listener: (data: unknown) => void) => {
    if (!eventNames.some((name) => name === event)) throw new Error(`There is no event ${event}.`);
    const receive = (_: unknown, data: unknown) => listener(data);
    ipcRenderer.on(event, receive);
    return () => {
      ipcRenderer.off(event, receive);
    };
  },
} as unknown as PhotomendApi;

contextBridge.exposeInMainWorld('photomend', api);

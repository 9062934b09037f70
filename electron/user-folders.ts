import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where this system keeps a program's own data; `PHOTOMEND_HOME` overrides it. */
export function userDataFolder(): string {
  const { PHOTOMEND_HOME, APPDATA, XDG_DATA_HOME } = process.env;
  if (PHOTOMEND_HOME) return PHOTOMEND_HOME;
  switch (process.platform) {
    case 'win32':
      return join(APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Photomend');
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', 'Photomend');
    default:
      return join(XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'photomend');
  }
}

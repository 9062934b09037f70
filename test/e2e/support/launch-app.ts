import { readFile } from 'node:fs/promises';
import { LaunchedApp, type LaunchOptions } from '../../standin/launch.ts';
import { ElectronApp } from './electron-app.ts';
import type { RunningApp } from './running-app.ts';

/** `PHOTOMEND_ELECTRON=path` runs the end-to-end tests on that program instead of the stand-in. */
export const electronPath = process.env.PHOTOMEND_ELECTRON;

export async function launchApp(options: LaunchOptions): Promise<RunningApp> {
  return electronPath === undefined ? new LaunchedApp(options) : ElectronApp.launch(electronPath, options);
}

/** Launches the app where it runs already. Gives its exit code. */
export function launchAgain(options: LaunchOptions): Promise<number | null> {
  if (electronPath === undefined) return new LaunchedApp(options).exited;
  return ElectronApp.launchAgain(electronPath, options);
}

/** The engine's process. */
export async function enginePid(app: RunningApp): Promise<number> {
  if (app instanceof ElectronApp) return app.enginePid();
  const list = await readFile(`/proc/${app.pid}/task/${app.pid}/children`, 'utf8');
  for (const pid of list.trim().split(' ')) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command.includes('engine-host.js')) return Number(pid);
  }
  throw new Error('there is no engine');
}

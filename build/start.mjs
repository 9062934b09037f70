// npm start [-- photos]: opens the app in Electron, or on the stand-in where Electron's program cannot be had.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const files = process.argv.slice(2);
const run = (program, args, options = {}) =>
  spawnSync(program, args, { cwd: root, stdio: 'inherit', ...options });

/** Electron's program, downloaded if it can be. */
function electronProgram() {
  const folder = new URL('../node_modules/electron/', import.meta.url);
  const program = () => {
    const name = new URL('path.txt', folder);
    if (!existsSync(name)) return undefined;
    const path = fileURLToPath(new URL(`dist/${readFileSync(name, 'utf8')}`, folder));
    return existsSync(path) ? path : undefined;
  };
  if (program() === undefined) {
    run(process.execPath, ['node_modules/electron/install.js'], { stdio: 'ignore', timeout: 60_000 });
  }
  return program();
}

const electron = electronProgram();
if (electron !== undefined) {
  process.exit(run(electron, ['.', ...files]).status ?? 1);
}
console.log("Electron's program cannot be downloaded here: opening the same app in the system's Chromium.");
const standin = ['--import', './out/standin/register.js', 'out/main.js', ...files];
const hasDisplay = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
if (hasDisplay) {
  process.exit(run(process.execPath, standin).status ?? 1);
}
const virtual = run('xvfb-run', ['-a', '-s', '-screen 0 1440x900x24', process.execPath, ...standin]);
if (virtual.error !== undefined) {
  console.error('There is no display. Install xvfb (apt-get install xvfb) to run without one.');
}
process.exit(virtual.status ?? 1);

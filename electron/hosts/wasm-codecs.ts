import Module from 'node:module';

/**
 * Electron on Linux exports its own GLib, which sharp's native library would mix with the one it brings along, and
 * crash (lovell/sharp#4522). There the WebAssembly build of the same library is used. Installers leave the native one
 * out; this makes a development checkout do the same.
 */
export function useWasmCodecsUnderElectron(): void {
  if (process.platform !== 'linux' || process.versions.electron === undefined) return;
  const loader = Module as unknown as { _load: (request: string, ...rest: unknown[]) => unknown };
  const load = loader._load;
  loader._load = (request, ...rest) => {
    if (/^@img\/sharp-linux/.test(request)) {
      throw Object.assign(new Error(`${request} is not used under Electron.`), { code: 'MODULE_NOT_FOUND' });
    }
    return load.call(Module, request, ...rest);
  };
}

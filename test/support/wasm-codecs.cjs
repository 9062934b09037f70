// Hides sharp's native library, so that its WebAssembly build is loaded, as it is under Electron on Linux.
const Module = require('node:module');

const load = Module._load;
Module._load = (request, ...rest) => {
  if (/^@img\/sharp-(linux|darwin|win32)/.test(request)) {
    throw Object.assign(new Error(`${request} is hidden.`), { code: 'MODULE_NOT_FOUND' });
  }
  return load.call(Module, request, ...rest);
};

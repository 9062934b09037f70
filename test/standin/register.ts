import { register } from 'node:module';

/*
 * node --import out/standin/register.js out/main.js: runs the unmodified main process with the stand-in for `electron`.
 */
Object.defineProperty(process.versions, 'electron', { value: '45.4.1', enumerable: true });
Object.defineProperty(process, 'type', { value: 'browser' });
register('./hooks.js', import.meta.url);

import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The files that a command line names, as absolute paths: what a double-click in the file manager becomes on Windows
 * and Linux.
 * @param argv the arguments after the program (and, in development, after the app's folder)
 */
export function filesFromLaunch(argv: readonly string[], cwd: string): string[] {
  const end = argv.indexOf('--');
  const named = [
    ...argv.slice(0, end < 0 ? argv.length : end).filter((argument) => !argument.startsWith('-')),
    ...(end < 0 ? [] : argv.slice(end + 1)),
  ];
  return named.flatMap((argument) => {
    if (argument === '') return [];
    if (argument.startsWith('file:')) {
      try {
        return [fileURLToPath(argument)];
      } catch {
        return [];
      }
    }
    return [isAbsolute(argument) ? argument : resolve(cwd, argument)];
  });
}

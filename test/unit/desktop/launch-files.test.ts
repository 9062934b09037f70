import { describe, expect, test } from 'vitest';
import { filesFromLaunch } from '../../../electron/desktop/open/launch-files.ts';

describe('files of a command line', () => {
  const cases: [string, string[], string[]][] = [
    ['absolute and relative paths', ['/a/b.jpg', 'c d.png'], ['/a/b.jpg', '/home/me/c d.png']],
    ['switches of Chromium are none', ['--no-sandbox', '-x', 'a.jpg'], ['/home/me/a.jpg']],
    ['everything after -- is', ['--', '-strange.jpg'], ['/home/me/-strange.jpg']],
    ['URLs of file managers', ['file:///a/%E7%85%A7%E7%89%87%20%F0%9F%8C%B8.jpg'], ['/a/照片 🌸.jpg']],
    ['URLs that lead nowhere', ['file://server/share/a.jpg', 'file:%'], []],
    ['nothing', [''], []],
  ];
  test.each(cases)('%s', (_name, argv, expected) => {
    expect(filesFromLaunch(argv, '/home/me')).toEqual(expected);
  });
});

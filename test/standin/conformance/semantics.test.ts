import { mkdtempSync } from 'node:fs';
import { access, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LaunchedApp } from '../launch.ts';

/*
 * How Electron behaves, asked of a small app. Everything here is about Electron, not about the stand-in: the same file is
 * meant to pass on the real program.
 */
const main = 'test/standin/fixture/main.mjs';
let folder: string;
let app: LaunchedApp;
let page: Page;

interface Api {
  invoke(channel: string, ...args: unknown[]): Promise<unknown>;
  on(channel: string, listener: (value: unknown) => void): () => void;
  path(file: File): Promise<string>;
  throws(): void;
  environment: Record<string, unknown>;
  point: Record<string, unknown>;
  shared: { count: number; deep: { list: number[] } };
  give(): Record<string, unknown>;
  touch(given: object): number;
}
declare global {
  interface Window {
    api: Api;
    early: unknown[];
    heard: unknown[];
    second: { collision: string };
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'photomend-fixture-'));
  app = new LaunchedApp({ main, args: [`--user-data-dir=${folder}`] });
  page = await app.page();
  await page.locator('#text').waitFor();
});
afterAll(async () => {
  await app.kill();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const invoke = (channel: string, ...args: unknown[]) =>
  page.evaluate(
    ([name, ...rest]) => window.api.invoke(name as string, ...(rest as unknown[])),
    [channel, ...args],
  );
const failure = (channel: string, ...args: unknown[]) =>
  invoke(channel, ...args).catch((error: Error) => error.message);
const log = async () => (await invoke('log')) as unknown[][];

describe('the preload', () => {
  test('has run before the first script of the page, and its API is frozen', async () => {
    expect(await page.evaluate(() => window.early)).toEqual([
      'object',
      true,
      'undefined',
      'fixture',
      'refused',
    ]);
  });

  test('sees Electron and nothing of Node', async () => {
    expect(await page.evaluate(() => window.api.environment)).toEqual({
      problems: ['module not found: node:fs'],
      ready: 'loading',
      type: 'renderer',
      dirname: 'undefined',
    });
  });

  test('what it exposes is a copy: without its class, frozen, and apart from what the preload holds', async () => {
    const found = await page.evaluate(() => {
      const given = {};
      const [first, second] = [window.api.give(), window.api.give()];
      const count = window.api.touch(given);
      let wrote = 'refused';
      try {
        window.api.shared.deep.list.push(3);
        wrote = 'written';
      } catch {}
      return {
        point: Object.getPrototypeOf(window.api.point) === Object.prototype,
        count,
        seen: window.api.shared.count,
        given,
        wrote,
        again: first === second,
      };
    });
    expect(found).toEqual({ point: true, count: 1, seen: 0, given: {}, wrote: 'refused', again: false });
  });

  test('a name is exposed once', async () => {
    expect(await page.evaluate(() => window.second.collision)).toMatch(/existing property/);
  });

  test('its errors reach the page as errors', async () => {
    const message = await page.evaluate(() => {
      try {
        window.api.throws();
        return 'nothing';
      } catch (error) {
        return (error as Error).message;
      }
    });
    expect(message).toContain('from the preload');
  });

  test('functions of the page can be handed over and taken back', async () => {
    await page.evaluate(async () => {
      window.heard = [];
      const stop = window.api.on('event', (value) => window.heard.push(value));
      await window.api.invoke('send', { a: [1, 2] });
      await new Promise((resolve) => setTimeout(resolve, 100));
      stop();
      await window.api.invoke('send', 'late');
    });
    await page.waitForTimeout(100);
    expect(await page.evaluate(() => window.heard)).toEqual([{ a: [1, 2] }]);
  });

  test('the path of a chosen file is told, a made-up file has none', async () => {
    const path = join(folder, '照片 🌸.txt');
    await writeFile(path, 'x');
    const session = await page.context().newCDPSession(page);
    const { root } = await session.send('DOM.getDocument');
    const { nodeId } = await session.send('DOM.querySelector', { nodeId: root.nodeId, selector: '#file' });
    await session.send('DOM.setFileInputFiles', { nodeId, files: [path] });
    await session.detach();
    const told = await page.evaluate(() => {
      const [file] = (document.querySelector('#file') as HTMLInputElement).files as unknown as File[];
      return window.api.path(file);
    });
    expect(told).toBe(path);
    expect(await page.evaluate(() => window.api.path(new File(['x'], 'x.txt')))).toBe('');
  });
});

describe('invoke', () => {
  test.each([[null], [1.5], ['text 照片'], [[1, [2]]], [{ a: { b: true } }]])(
    '%j comes back as it was',
    async (value) => {
      expect(await invoke('echo', value)).toEqual(value);
    },
  );

  test('undefined keys, bytes and the number of arguments are kept', async () => {
    expect(
      await page.evaluate(async () =>
        Object.keys((await window.api.invoke('echo', { a: undefined })) as object),
      ),
    ).toEqual(['a']);
    expect(await page.evaluate(() => window.api.invoke('kind', new Uint8Array([1, 2])))).toBe(
      '[object Uint8Array]',
    );
    const bytes = await page.evaluate(async () =>
      Array.from((await window.api.invoke('echo', new Uint8Array([0, 255]))) as Uint8Array),
    );
    expect(bytes).toEqual([0, 255]);
    expect(await invoke('arguments', 1, 2, 3)).toBe(3);
  });

  test('functions cannot be sent, in either direction', async () => {
    const sent = await page.evaluate(async () => {
      try {
        return await window.api.invoke('echo', { f: new WeakMap() });
      } catch (error) {
        return (error as Error).message;
      }
    });
    expect(sent).toContain('could not be cloned');
    expect(await failure('function')).toContain(
      "Error invoking remote method 'function': Error: An object could not be cloned.",
    );
  });

  test('objects of a class become plain ones', async () => {
    expect(await invoke('class')).toEqual({ x: 1 });
  });

  test('promises cannot be sent, a URL arrives empty, an error as an error without what was added to it', async () => {
    expect(await failure('promise')).toContain('An object could not be cloned.');
    expect(await invoke('address')).toEqual({});
    const error = await page.evaluate(async () => {
      const value = (await window.api.invoke('error')) as Error & { code?: string };
      return [value instanceof Error, value.message, value.code];
    });
    expect(error).toEqual([true, 'too far', undefined]);
  });

  test('an error keeps its text only', async () => {
    expect(await failure('throws')).toContain("Error invoking remote method 'throws': TypeError: went wrong");
  });

  test('without a handler it fails', async () => {
    expect(await failure('nobody')).toContain("No handler registered for 'nobody'");
  });

  test('the sender is known', async () => {
    expect(await invoke('frame')).toEqual(['app://bundle/index.html', 'app://bundle', null, true]);
  });

  test('a second handler for a channel or a scheme is refused', async () => {
    const entries = await log();
    expect(entries).toContainEqual(['second handler', "Attempted to register a second handler for 'echo'"]);
    expect(entries.find(([name]) => name === 'second protocol')).toBeDefined();
  });
});

describe('the protocol', () => {
  const fetched = (path: string, init: RequestInit = {}) =>
    page.evaluate(async ([url, options]) => (await fetch(url as string, options as RequestInit)).text(), [
      path,
      init,
    ] as const);

  test('handlers see the address they were asked for, and the headers', async () => {
    expect(await fetched('/url?a=1')).toBe('app://bundle/url?a=1');
    expect(await fetched('/range', { headers: { range: 'bytes=2-5' } })).toBe('bytes=2-5');
  });

  test('status codes arrive, errors are network errors', async () => {
    expect(await page.evaluate(async () => (await fetch('/nothing')).status)).toBe(404);
    expect(await page.evaluate(() => fetch('/throws').catch((error: Error) => error.name))).toBe('TypeError');
  });

  test('parts keep their status and range; what is no answer is a network error', async () => {
    const part = await page.evaluate(async () => {
      const answer = await fetch('/part');
      return [answer.status, answer.headers.get('content-range'), await answer.text()];
    });
    expect(part).toEqual([206, 'bytes 2-5/10', '2345']);
    for (const path of ['/error', '/text']) {
      const failed = await page.evaluate((its) => fetch(its).catch((error: Error) => error.name), path);
      expect(failed).toBe('TypeError');
    }
  });

  test('bodies are streamed, and a page that gives up ends the stream', async () => {
    const first = await page.evaluate(async () => {
      const stop = new AbortController();
      const answer = await fetch('/stream', { signal: stop.signal });
      const piece = await answer.body?.getReader().read();
      stop.abort();
      return new TextDecoder().decode(piece?.value);
    });
    expect(first).toContain('piece');
    await expect.poll(() => fetched('/aborted')).toBe('1');
  });

  test('the policy of the page is enforced', async () => {
    // A script of the page, since those of a test are not bound by the policy.
    expect((await page.evaluate(() => window.early))[4]).toBe('refused');
    expect(await page.evaluate(() => isSecureContext)).toBe(true);
  });

  test('the app decides which requests may go out', async () => {
    expect(await page.evaluate(() => fetch('https://example.org/').catch(() => 'refused'))).toBe('refused');
  });
});

describe('processes', () => {
  test('cannot be started before the app is ready', async () => {
    const entries = await log();
    expect(entries).toContainEqual(['ready at import', false]);
    expect(entries).toContainEqual([
      'fork before ready',
      'utilityProcess cannot be created before app is ready',
    ]);
  });

  test('talk through parentPort and have no channel of Node', async () => {
    expect(await invoke('utility', { deep: [1, null] })).toEqual([
      ['spawn', 'number'],
      ['message', { data: { deep: [1, null] }, argument: 'an argument', type: 'utility', send: 'undefined' }],
      ['exit', 0],
      ['pid', undefined],
    ]);
  });

  test('are sent what can be cloned, and of a view the whole of its memory', async () => {
    expect(await invoke('utility-function')).toBe('An object could not be cloned.');
    expect(await invoke('utility-view')).toEqual([10, 1000]);
  });

  test('that crash or are killed are told to the app', async () => {
    const [, , ended] = (await invoke('utility', 'kill')) as unknown[][];
    expect(ended[0]).toBe('exit');
    await invoke('utility', 'crash');
    const gone = (await log()).filter(
      ([name, , child]) => name === 'child-process-gone' && child === 'fixture child',
    );
    expect(gone).toEqual([
      ['child-process-gone', 'Utility', 'fixture child', 'killed'],
      ['child-process-gone', 'Utility', 'fixture child', 'crashed'],
    ]);
  });

  test('a second launch ends and tells the first', async () => {
    const second = new LaunchedApp({ main, args: [`--user-data-dir=${folder}`, '--second'] });
    expect(await second.exited).toBe(0);
    await expect.poll(log).toContainEqual(['second-instance', true, 'string', { from: 'fixture' }]);
  });
});

describe('the system', () => {
  test('files of the file manager arrive', async () => {
    await app.command('app.emit', { name: 'open-file', args: ['/tmp/a.jpg'] });
    expect(await log()).toContainEqual(['open-file', '/tmp/a.jpg']);
  });

  test('dialogs answer what the person chose', async () => {
    await app.answer('dialog.showSaveDialog', { canceled: false, filePath: '/tmp/b.txt' });
    expect(await invoke('dialog')).toEqual({ canceled: false, filePath: '/tmp/b.txt' });
    expect(await app.calls('dialog.showSaveDialog')).toEqual([{ defaultPath: '/tmp/a.txt' }]);
  });

  test('the theme reaches the page', async () => {
    const isDark = () => page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
    expect(await invoke('theme', 'dark')).toBe(true);
    await expect.poll(isDark).toBe(true);
    expect(await invoke('theme', 'light')).toBe(false);
    await expect.poll(isDark).toBe(false);
  });

  test('accelerators work, unless the page wants the key', async () => {
    await page.keyboard.press('Control+k');
    await expect.poll(() => invoke('menu')).toBe(1);
    await page.evaluate(() => {
      const refuse = (event: KeyboardEvent) => {
        if (event.key !== 'k') return;
        event.preventDefault();
        removeEventListener('keydown', refuse, true);
      };
      addEventListener('keydown', refuse, true);
    });
    await page.keyboard.press('Control+k');
    await page.keyboard.press('Control+k');
    await expect.poll(() => invoke('menu')).toBe(2);
  });

  test('the clipboard holds items', async () => {
    expect(await invoke('clipboard')).toBe('copied');
  });

  test('what is thrown away is gone from its folder; where there is nothing, that fails', async () => {
    const path = join(folder, 'thrown-away.txt');
    await writeFile(path, 'text');
    expect(await invoke('trash', path)).toBeUndefined();
    await expect(access(path)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await failure('trash', path)).toMatch(/Error/);
  });

  test('opening a file answers with a text, which is empty where it went well', async () => {
    const path = join(folder, 'opened.txt');
    await writeFile(path, 'text');
    expect(typeof (await invoke('open-path', path))).toBe('string');
    expect(await invoke('open-path', join(folder, 'missing.txt'))).toMatch(/\S/);
  });

  test('notifications can be shown', async () => {
    expect(await invoke('notify')).toEqual(['boolean', 'function']);
  });

  test('power: battery, and what keeps the computer awake', async () => {
    expect(await invoke('power')).toBe('boolean');
    expect(await invoke('keep-awake')).toEqual(['number', true, true, false, false]);
    expect(await failure('keep-awake-wrongly')).toMatch(/TypeError/);
    await app.command('power.battery', true);
    await app.command('power.battery', false);
    await expect.poll(log).toContainEqual(['on-battery']);
    await expect.poll(log).toContainEqual(['on-ac']);
  });

  test('the tray takes an icon that is there, until it is destroyed', async () => {
    expect(await invoke('tray')).toEqual([false, true]);
    expect(await invoke('tray-without-image')).toMatch(/Failed to load image/);
  });

  test('what is not implemented says so', async () => {
    expect(await invoke('missing')).toMatch(/NotImplementedInStandin|\[object/);
  });

  test('pages that lead away and new windows are up to the app', async () => {
    await page.evaluate(() => {
      location.href = 'https://example.org/';
    });
    await expect.poll(log).toContainEqual(['will-navigate', 'https://example.org/']);
    expect(page.url()).toContain('index.html');
  });
});

describe('the end', () => {
  test('a window may refuse to close, and then close', async () => {
    await app.quit();
    await expect.poll(log).toContainEqual(['close']);
    await invoke('allow-close');
    await app.quit();
    expect(await app.exited).toBe(0);
    const order = /order: (.*)/.exec(app.output)?.[1] ?? '';
    expect(order).toMatch(/before-quit close before-quit close will-quit quit$/);
  });
});

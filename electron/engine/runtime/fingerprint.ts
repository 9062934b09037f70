import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, homedir, platform, release } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { ProviderName } from './providers.ts';

/** Environment variables that decide which driver answers. */
const driverVariables = [
  'VK_ICD_FILENAMES',
  'VK_DRIVER_FILES',
  'CUDA_VISIBLE_DEVICES',
  'LD_LIBRARY_PATH',
] as const;

/** Where Linux lists its Vulkan drivers. */
const vulkanFolders = [
  '/usr/share/vulkan/icd.d',
  '/usr/local/share/vulkan/icd.d',
  '/etc/vulkan/icd.d',
  join(homedir(), '.local/share/vulkan/icd.d'),
];

/** Windows keeps the versions of display drivers under this class of devices. */
const windowsDisplayClass =
  'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Class\\{4d36e968-e325-11ce-bfc1-08002be10318}';

/**
 * What a verdict on a provider depends on, as one hash: the runtime and its installed libraries, the system, the
 * graphics drivers, and the probe itself. When any of them changes, the provider is tried again.
 */
export async function fingerprint(provider: ProviderName, modelPath: string): Promise<string> {
  const parts = [
    provider,
    platform(),
    arch(),
    release(),
    await runtimeFacts(),
    await driverFacts(),
    driverVariables.map((name) => process.env[name] ?? ''),
    sha256(await readFile(modelPath)),
  ];
  return sha256(JSON.stringify(parts)).slice(0, 32);
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** ONNX Runtime's version and the libraries beside it: CUDA's are installed later, on request. */
async function runtimeFacts(): Promise<unknown> {
  const packagePath = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
  const { version } = JSON.parse(await readFile(packagePath, 'utf8'));
  return [version, await listFiles(join(dirname(packagePath), 'bin', 'napi-v6', platform(), arch()))];
}

/** macOS brings its drivers with the system; Linux and Windows have them apart. */
async function driverFacts(): Promise<unknown> {
  switch (platform()) {
    case 'linux':
      return [
        await readFile('/proc/driver/nvidia/version', 'utf8').catch(() => ''),
        await Promise.all(vulkanFolders.map(listFiles)),
      ];
    case 'win32':
      return windowsDriverVersions();
    default:
      return [];
  }
}

/** Names, sizes and times of a folder's files; empty where there is no such folder. */
async function listFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return Promise.all(
    names.sort().map(async (name) => {
      const info = await stat(join(folder, name)).catch(() => undefined);
      return `${name} ${info?.size} ${info?.mtimeMs}`;
    }),
  );
}

async function windowsDriverVersions(): Promise<string> {
  const query = ['query', windowsDisplayClass, '/s', '/v', 'DriverVersion'];
  // Some of the keys are closed to users: reg then fails, after it has printed the others.
  return promisify(execFile)('reg', query, { windowsHide: true, timeout: 5000 }).then(
    ({ stdout }) => stdout,
    (error: { stdout?: string }) => error.stdout ?? '',
  );
}

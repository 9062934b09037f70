import { execFileSync } from 'node:child_process';
import { accessSync, chmodSync, constants, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

/** A small JPEG whose header claims 60,000 x 60,000 pixels. */
export async function bomb(): Promise<Buffer> {
  const jpeg = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#888' } })
    .jpeg()
    .toBuffer();
  const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
  jpeg.writeUInt16BE(60_000, frame + 5);
  jpeg.writeUInt16BE(60_000, frame + 7);
  return jpeg;
}

const isRoot = process.getuid?.() === 0;

/** A file that must not be read, also not by root, who may read all but what the kernel gives nobody. */
export function lockedFile(folder: string): string | undefined {
  if (!isRoot) {
    const path = join(folder, 'locked.jpg');
    writeFileSync(path, 'x');
    chmodSync(path, 0);
    return path;
  }
  const devices = '/sys/devices/pci0000:00';
  if (!existsSync(devices)) return undefined;
  const found = readdirSync(devices)
    .map((device) => join(devices, device, 'rescan'))
    .find((path) => existsSync(path));
  return found !== undefined && !isReadable(found) ? found : undefined;
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    execFileSync('cat', [path], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A folder in which nobody may write. */
export function lockedFolder(folder: string): string {
  if (isRoot) return '/sys';
  const path = join(folder, 'locked');
  mkdirSync(path);
  chmodSync(path, 0o555);
  return path;
}

/** A disk with next to no room; undefined where none can be mounted. */
export function fullDisk(folder: string): { readonly path: string; end(): void } | undefined {
  const path = join(folder, 'disk');
  mkdirSync(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return { path, end: () => execFileSync('umount', [path]) };
}

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Arch } from 'electron-builder';

/**
 * Fails a package that would not start on its target: the runtime's library for exactly that platform, and the right
 * kind of sharp. (A package for another platform than the builder's is easily given the builder's own libraries.)
 */
export default async function afterPack({ appOutDir, electronPlatformName, arch, packager }) {
  const resources =
    electronPlatformName === 'darwin'
      ? join(appOutDir, `${packager.appInfo.productFilename}.app`, 'Contents', 'Resources')
      : join(appOutDir, 'resources');
  const modules = join(resources, 'app.asar.unpacked', 'node_modules');
  const target = `${electronPlatformName}/${Arch[arch]}`;
  const binding = join(modules, 'onnxruntime-node', 'bin', 'napi-v6', target, 'onnxruntime_binding.node');
  if (!existsSync(binding)) throw new Error(`There is no ONNX Runtime for ${target} in the package.`);
  const codecs = readdirSync(join(modules, '@img'));
  const isLinux = electronPlatformName === 'linux';
  const wanted = isLinux ? 'sharp-wasm32' : `sharp-${electronPlatformName}-${Arch[arch]}`;
  if (!codecs.includes(wanted)) throw new Error(`There is no ${wanted} in the package.`);
  const foreign = codecs.filter((name) => /^sharp-(linux|libvips-linux)/.test(name));
  if (isLinux && foreign.length > 0) throw new Error(`${foreign} must not be in a package for Linux.`);
}

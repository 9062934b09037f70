import type sharp from 'sharp';
import type { Metadata, Sharp, SharpInput, SharpOptions } from 'sharp';
import { collectGarbage } from '../garbage.ts';

type SharpModule = typeof sharp;

/** After so many bytes in and out the garbage is collected. */
const maxGarbageBytes = 192 << 20;

/** Whether sharp runs as WebAssembly, as it does under Electron on Linux. */
export function isWasm({ versions }: Pick<SharpModule, 'versions'>): boolean {
  return 'emscripten' in versions;
}

/**
 * sharp as WebAssembly has 2 GiB of memory for all that it will ever do, and keeps a twin of every array that goes in or
 * comes out for as long as the array itself lives; V8 does not see the twins and feels no need to collect. So it gets
 * copies that die at once, hands out copies, and the garbage is collected before it fills the memory.
 */
export function withBoundedMemory(module: SharpModule): SharpModule {
  let garbageBytes = 0;

  function ownCopy(input: unknown): unknown {
    if (!ArrayBuffer.isView(input)) return input;
    garbageBytes += input.byteLength;
    return (input as Uint8Array).slice();
  }

  /** Twins are freed by tasks that follow a collection. */
  async function tidyUp(bytes: number): Promise<void> {
    garbageBytes += bytes;
    if (garbageBytes < maxGarbageBytes) return;
    garbageBytes = 0;
    collectGarbage();
    await new Promise(setImmediate);
  }

  const { toBuffer, metadata } = module.prototype as Sharp;
  Object.assign(module.prototype, {
    async toBuffer(this: Sharp, options?: { resolveWithObject: true }): Promise<unknown> {
      const { data, info } = await toBuffer.call(this, { resolveWithObject: true });
      const copy = Buffer.from(new Uint8Array(data).buffer);
      await tidyUp(2 * data.byteLength);
      return options?.resolveWithObject === true ? { data: copy, info } : copy;
    },
    async metadata(this: Sharp): Promise<Metadata> {
      const found = await metadata.call(this);
      await tidyUp(0);
      return found;
    },
  });
  const bounded = (input?: unknown, options?: SharpOptions) => module(ownCopy(input) as SharpInput, options);
  return Object.assign(bounded, module) as SharpModule;
}

import { AppError } from '../errors.ts';
import type { Planes } from './planes.ts';
import { buildResampleTable, lanczos3, type ResampleTable, resample } from './resample.ts';

/** Tables are small and the same sizes come back for every tile and training sample. */
const tableCache = new Map<string, ResampleTable>();
const tableCacheLimit = 64;

function cachedTable(key: string, build: () => ResampleTable): ResampleTable {
  const known = tableCache.get(key);
  if (known !== undefined) return known;
  const table = build();
  if (tableCache.size >= tableCacheLimit) tableCache.clear();
  tableCache.set(key, table);
  return table;
}

function lanczosTable(inputs: number, outputs: number): ResampleTable {
  return cachedTable(`lanczos ${inputs} ${outputs}`, () => {
    const step = inputs / outputs;
    // On a reduction the kernel is stretched, so that it also removes what would alias.
    const stretch = Math.max(1, step);
    return buildResampleTable(inputs, centresOf(inputs, outputs), 3 * stretch, (x) => lanczos3(x / stretch));
  });
}

function centresOf(inputs: number, outputs: number): Float64Array {
  const centres = new Float64Array(outputs);
  for (let i = 0; i < outputs; i++) centres[i] = ((i + 0.5) * inputs) / outputs - 0.5;
  return centres;
}

function areaTable(inputs: number, outputs: number): ResampleTable {
  return cachedTable(`area ${inputs} ${outputs}`, () => {
    const step = inputs / outputs;
    const taps = Math.min(inputs, Math.ceil(step) + 1);
    const starts = new Int32Array(outputs);
    const weights = new Float32Array(outputs * taps);
    for (let i = 0; i < outputs; i++) {
      const from = (i * inputs) / outputs;
      const to = ((i + 1) * inputs) / outputs;
      const start = Math.min(Math.floor(from), inputs - taps);
      starts[i] = start;
      for (let tap = 0; tap < taps; tap++) {
        const covered = Math.min(to, start + tap + 1) - Math.max(from, start + tap);
        if (covered > 0) weights[i * taps + tap] = covered / step;
      }
    }
    return { outputs, taps, starts, weights };
  });
}

function requireSize(width: number, height: number): void {
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0)) {
    throw new AppError('pixels/bad-size', 'A picture is at least one pixel wide and high.', {
      data: { width, height },
    });
  }
}

/** Resizes with Lanczos-3, antialiased when reducing. May overshoot 0..1 by some percent at hard edges. */
export function resizeLanczos(planes: Planes, width: number, height: number): Planes {
  requireSize(width, height);
  return resample(planes, lanczosTable(planes.width, width), lanczosTable(planes.height, height));
}

/** Resizes so that each output pixel is the exact mean of the input area under it. Meant for reductions. */
export function resizeArea(planes: Planes, width: number, height: number): Planes {
  requireSize(width, height);
  return resample(planes, areaTable(planes.width, width), areaTable(planes.height, height));
}

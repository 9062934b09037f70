import type { ProviderName } from './providers.ts';

/** What the probe's child process is asked. */
export type ProbeJob = {
  readonly provider: ProviderName;
  readonly modelPath: string;
};

/** What it answers. */
export type ProbeAnswer =
  | { readonly ok: true; readonly output: Float32Array; readonly milliseconds: number }
  | { readonly ok: false; readonly error: string };

/** Input of the probe: a fixed picture of 192 pixels, [1, 6, 192, 192]: work enough for a GPU to show that it is one. */
export function probeInput(): { dims: number[]; data: Float32Array } {
  const side = 192;
  const data = Float32Array.from({ length: 6 * side * side }, (_, i) => {
    const x = i % side;
    const y = Math.floor(i / side) % side;
    return 0.5 * Math.sin(0.7 * x + Math.floor(i / (side * side))) * Math.cos(0.4 * y);
  });
  return { dims: [1, 6, side, side], data };
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { probeEntry } from '../../electron/engine/runtime/probe.ts';
import type { ProviderName } from '../../electron/engine/runtime/providers.ts';
import { allVerdicts } from '../../electron/engine/runtime/verdicts.ts';
import { buildNodeParts } from '../support/build.ts';

/** The execution providers that pass their probe on this machine. */
export async function workingProviders(): Promise<ProviderName[]> {
  // Providers are tried in a child process, which must be built.
  const { outDir } = await buildNodeParts();
  probeEntry.path = join(outDir, 'probe-child.js');
  const folder = mkdtempSync(join(tmpdir(), 'photomend-bench-'));
  try {
    const options = { modelPath: 'resources/probe/probe.onnx', cachePath: join(folder, 'devices.json') };
    const verdicts = await allVerdicts(options);
    return verdicts.filter(({ ok }) => ok).map(({ provider }) => provider);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

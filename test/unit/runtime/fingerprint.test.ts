import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { fingerprint } from '../../../electron/engine/runtime/fingerprint.ts';

const folder = mkdtempSync(join(tmpdir(), 'photomend-fingerprint-'));
const model = join(folder, 'probe.onnx');
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

describe('what a verdict depends on', () => {
  test('is the same as long as nothing changes', async () => {
    writeFileSync(model, 'one');
    const first = await fingerprint('webgpu', model);
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(await fingerprint('webgpu', model)).toBe(first);
  });

  test('is the provider, the probe, and where drivers are looked for', async () => {
    writeFileSync(model, 'one');
    const first = await fingerprint('webgpu', model);
    expect(await fingerprint('cpu', model)).not.toBe(first);
    vi.stubEnv('VK_ICD_FILENAMES', '/another/driver.json');
    expect(await fingerprint('webgpu', model)).not.toBe(first);
    vi.unstubAllEnvs();
    writeFileSync(model, 'two');
    expect(await fingerprint('webgpu', model)).not.toBe(first);
  });
});

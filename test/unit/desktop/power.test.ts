import type { EventEmitter } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Power as PowerClass } from '../../../electron/desktop/training/power.ts';
import { Throttling } from '../../../electron/desktop/training/throttling.ts';
import { defaultSettings, type Settings } from '../../../electron/ipc/settings.ts';

const system = vi.hoisted(() => ({ isOnBattery: false, isHot: false, monitor: undefined as unknown }));
vi.mock('electron', async () => {
  const { EventEmitter: Emitter } = await import('node:events');
  const monitor = Object.assign(new Emitter(), {
    isOnBatteryPower: () => system.isOnBattery,
    getCurrentThermalState: () => 'nominal',
  });
  system.monitor = monitor;
  return { powerMonitor: monitor, powerSaveBlocker: { start: () => 1, stop: () => true } };
});
const { Power } = await import('../../../electron/desktop/training/power.ts');

describe('what slows a training down', () => {
  let settings: Settings;
  let power: PowerClass;
  beforeEach(() => {
    vi.useFakeTimers();
    Object.assign(system, { isOnBattery: false, isHot: false });
    settings = {
      ...defaultSettings,
      trainOnBattery: 'pause',
      trainWhenHot: 'slow',
      trainInFullScreen: 'run',
    };
    power = new Power({
      settings: () => settings,
      onChange: () => {},
      throttling: { isHot: async () => system.isHot },
    });
    power.watch(true);
  });
  afterEach(() => {
    power.watch(false);
    vi.useRealTimers();
  });

  test('a system that tells nothing is asked', async () => {
    expect(power.allowed).toEqual({ pace: 'run', reason: null });
    system.isOnBattery = true;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(power.allowed).toEqual({ pace: 'pause', reason: 'battery' });
    Object.assign(system, { isOnBattery: false, isHot: true });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(power.allowed).toEqual({ pace: 'slow', reason: 'heat' });
    settings = { ...settings, trainWhenHot: 'run' };
    expect(power.allowed.pace).toBe('run');
  });

  test('one that tells is believed at once', () => {
    const monitor = system.monitor as EventEmitter;
    monitor.emit('thermal-state-change', { state: 'serious' });
    expect(power.allowed).toEqual({ pace: 'slow', reason: 'heat' });
    monitor.emit('thermal-state-change', { state: 'fair' });
    expect(power.allowed.pace).toBe('run');
    monitor.emit('speed-limit-change', { limit: 50 });
    expect(power.allowed).toEqual({ pace: 'slow', reason: 'heat' });
  });
});

test('processors that count how often they were slowed down tell of heat for a while', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'photomend-cpu-'));
  const set = (count: number) => {
    for (const name of ['cpu0', 'cpu1']) {
      mkdirSync(join(folder, name, 'thermal_throttle'), { recursive: true });
      writeFileSync(join(folder, name, 'thermal_throttle', 'package_throttle_count'), `${count}\n`);
    }
  };
  let now = 0;
  const throttling = new Throttling(folder, () => now);
  try {
    expect(await throttling.isHot()).toBe(false);
    set(3);
    // A first look does not know when it happened.
    expect(await new Throttling(folder, () => now).isHot()).toBe(false);
    expect(await throttling.isHot()).toBe(true);
    now = 59_000;
    expect(await throttling.isHot()).toBe(true);
    now = 61_000;
    expect(await throttling.isHot()).toBe(false);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

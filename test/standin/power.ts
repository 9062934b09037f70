import { EventEmitter } from 'node:events';
import { onCommand, record } from './control.ts';
import { guarded } from './unimplemented.ts';

const thermalStates = ['unknown', 'nominal', 'fair', 'serious', 'critical'] as const;

/** What the system tells of its power; a test is the system. */
class PowerMonitor extends EventEmitter {
  #isOnBattery = false;
  #thermal: (typeof thermalStates)[number] = 'unknown';

  isOnBatteryPower(): boolean {
    return this.#isOnBattery;
  }

  getCurrentThermalState(): string {
    return this.#thermal;
  }

  setBattery(isOnBattery: boolean): void {
    this.#isOnBattery = isOnBattery;
    this.emit(isOnBattery ? 'on-battery' : 'on-ac');
  }

  setThermal(state: (typeof thermalStates)[number]): void {
    this.#thermal = state;
    this.emit('thermal-state-change', { state });
  }
}

const plainMonitor = new PowerMonitor();
export const powerMonitor = guarded('powerMonitor', plainMonitor);
onCommand('power.battery', (isOnBattery: boolean) => plainMonitor.setBattery(isOnBattery));
onCommand('power.thermal', (state: (typeof thermalStates)[number]) => plainMonitor.setThermal(state));
onCommand('power.speedLimit', (limit: number) => {
  plainMonitor.emit('speed-limit-change', { limit });
});
onCommand('power.shutdown', () => {
  setTimeout(() => plainMonitor.emit('shutdown', {}), 0);
});

const blockers = new Set<number>();
let nextBlocker = 0;

export const powerSaveBlocker = guarded('powerSaveBlocker', {
  start(type: string): number {
    if (type !== 'prevent-app-suspension' && type !== 'prevent-display-sleep') {
      throw new TypeError(`Error processing argument at index 0, conversion failure from ${type}`);
    }
    const id = nextBlocker++;
    blockers.add(id);
    record('powerSaveBlocker.start', type);
    return id;
  },
  stop(id: number): boolean {
    record('powerSaveBlocker.stop', id);
    return blockers.delete(id);
  },
  isStarted: (id: number): boolean => blockers.has(id),
});
onCommand('power.blockers', () => blockers.size);

import { powerMonitor, powerSaveBlocker } from 'electron';
import type { Settings } from '../../ipc/settings.ts';
import type { HoldReason } from '../../ipc/training.ts';
import { isOtherProgramFullScreen } from './full-screen.ts';
import { Throttling } from './throttling.ts';

export type Pace = 'run' | 'slow' | 'pause';
/** How a training may go on, and why not faster. */
export interface Allowed {
  readonly pace: Pace;
  readonly reason: HoldReason | null;
}

/** How often the system is asked for what it does not tell by itself. */
const askEveryMs = 15_000;
/** A processor below this share of its speed is being cooled (Windows and macOS tell). */
const hotSpeedPercent = 80;

interface PowerParts {
  readonly settings: () => Settings;
  readonly onChange: () => void;
  /** Whether the processor is slowed down for its heat, where Electron does not tell. */
  readonly throttling?: Pick<Throttling, 'isHot'>;
}

/** Watches, while a training runs, for what should slow it: battery, heat, a program that fills the screen. */
export class Power {
  readonly #parts: PowerParts;
  #isOnBattery = false;
  #thermal = 'nominal';
  #speedPercent = 100;
  #isFullScreen = false;
  #isThrottled = false;
  readonly #throttling: Pick<Throttling, 'isHot'>;
  #timer: NodeJS.Timeout | undefined;
  #blocker: number | undefined;

  constructor(parts: PowerParts) {
    this.#parts = parts;
    this.#throttling = parts.throttling ?? new Throttling();
    powerMonitor.on('on-battery', () => this.#set(() => (this.#isOnBattery = true)));
    powerMonitor.on('on-ac', () => this.#set(() => (this.#isOnBattery = false)));
    powerMonitor.on('thermal-state-change', ({ state }) => this.#set(() => (this.#thermal = state)));
    powerMonitor.on('speed-limit-change', ({ limit }) => this.#set(() => (this.#speedPercent = limit)));
  }

  /** A training began or ended. */
  watch(isTraining: boolean): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.keepAwake(isTraining);
    if (!isTraining) return;
    this.#isOnBattery = powerMonitor.isOnBatteryPower();
    // Only macOS knows.
    if (process.platform === 'darwin') this.#thermal = powerMonitor.getCurrentThermalState();
    const ask = async () => {
      // Linux tells of neither by itself.
      const isOnBattery = powerMonitor.isOnBatteryPower();
      if (isOnBattery !== this.#isOnBattery) this.#set(() => (this.#isOnBattery = isOnBattery));
      const isThrottled = await this.#throttling.isHot();
      if (isThrottled !== this.#isThrottled) this.#set(() => (this.#isThrottled = isThrottled));
      if (this.#parts.settings().trainInFullScreen === 'run') return;
      const isFull = await isOtherProgramFullScreen(process.platform);
      if (isFull !== this.#isFullScreen) this.#set(() => (this.#isFullScreen = isFull));
    };
    this.#timer = setInterval(() => void ask(), askEveryMs);
    this.#timer.unref();
    void ask();
  }

  /** Keeps the computer from sleeping while it works for the person, where they allow it. */
  keepAwake(isWorking: boolean): void {
    const wanted = isWorking && this.#parts.settings().trainKeepAwake;
    if (wanted === (this.#blocker !== undefined)) return;
    if (this.#blocker === undefined) this.#blocker = powerSaveBlocker.start('prevent-app-suspension');
    else {
      powerSaveBlocker.stop(this.#blocker);
      this.#blocker = undefined;
    }
  }

  /** The slowest that any of the circumstances asks for. */
  get allowed(): Allowed {
    const { trainOnBattery, trainWhenHot, trainInFullScreen } = this.#parts.settings();
    const isHot =
      this.#isThrottled ||
      this.#thermal === 'serious' ||
      this.#thermal === 'critical' ||
      this.#speedPercent < hotSpeedPercent;
    const asked: Allowed[] = [
      { pace: this.#isOnBattery ? trainOnBattery : 'run', reason: 'battery' },
      { pace: isHot ? trainWhenHot : 'run', reason: 'heat' },
      { pace: this.#isFullScreen ? trainInFullScreen : 'run', reason: 'full-screen' },
    ];
    return (
      asked.find(({ pace }) => pace === 'pause') ??
      asked.find(({ pace }) => pace === 'slow') ?? { pace: 'run', reason: null }
    );
  }

  #set(change: () => void): void {
    change();
    this.#parts.onChange();
  }
}

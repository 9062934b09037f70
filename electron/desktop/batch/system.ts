import { Notification, powerMonitor, powerSaveBlocker } from 'electron';

/** What a batch asks of the system, and tells the person outside the window. */
export interface BatchSystem {
  isOnBattery(): boolean;
  /** Calls back when the computer is plugged in, or no longer is. */
  onPower(listener: () => void): void;
  /** Keeps the computer from falling asleep until the answer is called. */
  stayAwake(): () => void;
  notify(title: string, body: string): void;
}

/** The system as Electron knows it. */
export function electronSystem(): BatchSystem {
  return {
    isOnBattery: () => powerMonitor.isOnBatteryPower(),
    onPower: (listener) => {
      powerMonitor.on('on-battery', listener);
      powerMonitor.on('on-ac', listener);
    },
    stayAwake: () => {
      const id = powerSaveBlocker.start('prevent-app-suspension');
      return () => void powerSaveBlocker.stop(id);
    },
    notify: (title, body) => {
      if (Notification.isSupported()) new Notification({ title, body }).show();
    },
  };
}

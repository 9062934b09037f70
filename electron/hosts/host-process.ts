import type { FromHost, ToHost } from './messages.ts';

/** A running host as main sees it. */
export interface HostProcess {
  readonly pid: number | undefined;
  post(message: ToHost): void;
  kill(): void;
}

export interface HostEvents {
  onMessage(message: FromHost): void;
  /** Called once; `detail` says how it ended, for people who help. */
  onEnd(detail: string): void;
}

/** Starts a host's process; another launcher lets tests use plain Node. */
export type HostLauncher = (events: HostEvents) => HostProcess;

import type { ErrorInfo } from '../ipc/contract.ts';

/**
 * What main and a host (a utility process) say to each other. Everything is copied by structured clone.
 */
export type ToHost =
  | { readonly type: 'call'; readonly id: number; readonly method: string; readonly argument: unknown }
  | { readonly type: 'cancel'; readonly id: number }
  /** About a child that the host asked for: see `child-relay.ts`. */
  | { readonly type: 'child-said'; readonly child: number; readonly message: unknown }
  | {
      readonly type: 'child-ended';
      readonly child: number;
      readonly detail: string;
      readonly lastWords: string;
    };

export type FromHost =
  | { readonly type: 'ready' }
  | { readonly type: 'result'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly error: ErrorInfo }
  /** Something on the way of a call. */
  | { readonly type: 'progress'; readonly id: number; readonly data: unknown }
  | { readonly type: 'child-start'; readonly child: number; readonly entry: string }
  | { readonly type: 'child-tell'; readonly child: number; readonly message: unknown }
  | { readonly type: 'child-kill'; readonly child: number };

/** The methods of a host: what each takes and gives, and what it tells on the way. */
export type HostMethods = Record<string, { in: unknown; out: unknown; progress: unknown }>;

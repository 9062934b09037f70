import { errorInfo } from '../ipc/errors.ts';
import type { HostMethods } from './messages.ts';
import type { HostPort } from './port.ts';

export interface CallContext<Progress> {
  /** Aborted when main cancels the call. */
  readonly signal: AbortSignal;
  progress(data: Progress): void;
}

/** One function per method. */
export type HostHandlers<Methods extends HostMethods> = {
  readonly [Name in keyof Methods]: (
    argument: Methods[Name]['in'],
    context: CallContext<Methods[Name]['progress']>,
  ) => Promise<Methods[Name]['out']>;
};

/** Answers calls until the process ends. Calls run side by side; handlers that must not wait for each other's turn. */
export function serve<Methods extends HostMethods>(port: HostPort, handlers: HostHandlers<Methods>): void {
  const running = new Map<number, AbortController>();

  async function answer(id: number, method: string, argument: unknown): Promise<void> {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const handler = handlers[method as keyof Methods];
      if (handler === undefined) throw new Error(`No such method: ${method}`);
      const value = await handler(argument as never, {
        signal: controller.signal,
        progress: (data) => port.post({ type: 'progress', id, data }),
      });
      port.post({ type: 'result', id, value });
    } catch (error) {
      port.post({ type: 'failure', id, error: errorInfo(error) });
    } finally {
      running.delete(id);
    }
  }

  port.onMessage((message) => {
    if (message.type === 'call') void answer(message.id, message.method, message.argument);
    if (message.type === 'cancel') running.get(message.id)?.abort();
  });
  port.post({ type: 'ready' });
}

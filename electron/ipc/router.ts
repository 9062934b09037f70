import type { IpcMain, IpcMainInvokeEvent } from 'electron';
import { z } from 'zod';
import { type RequestName, requestNames } from './channels.ts';
import { type Output, type Reply, requests } from './contract.ts';
import { errorInfo } from './errors.ts';

/** The answer to each request. */
export type RequestHandlers = {
  readonly [K in RequestName]: (argument: z.output<(typeof requests)[K]['in']>) => Promise<Output<K>>;
};

export interface RouterOptions {
  readonly ipcMain: Pick<IpcMain, 'handle'>;
  readonly handlers: RequestHandlers;
  /** Whether a message comes from one of the app's own windows. */
  readonly isTrusted: (event: IpcMainInvokeEvent) => boolean;
  /** Unexpected errors, for the log. */
  readonly onUnexpected: (name: RequestName, error: unknown) => void;
}

/**
 * Answers all requests of the contract: checks who asks and what is asked before anything runs, and never throws
 * across the process boundary, where Electron would keep only the text of an error.
 */
export function routeRequests({ ipcMain, handlers, isTrusted, onUnexpected }: RouterOptions): void {
  for (const name of requestNames) {
    ipcMain.handle(name, async (event, ...args: unknown[]): Promise<Reply<unknown>> => {
      // Before anything is awaited: the frame is gone after a navigation.
      if (!isTrusted(event)) return refused('ipc/forbidden', 'The request does not come from the app.');
      if (args.length !== 1) return refused('ipc/bad-request', 'A request takes one argument.');
      const parsed = requests[name].in.safeParse(args[0]);
      if (!parsed.success) return refused('ipc/bad-request', z.prettifyError(parsed.error));
      try {
        return { ok: true, value: await handlers[name](parsed.data as never) };
      } catch (error) {
        const info = errorInfo(error);
        if (info.code === 'internal/unexpected') onUnexpected(name, error);
        return { ok: false, error: info };
      }
    });
  }
}

function refused(code: string, message: string): Reply<never> {
  return { ok: false, error: { code, message, data: {} } };
}

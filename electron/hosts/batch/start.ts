import { childLauncher } from '../../engine/runtime/child.ts';
import { relayedLauncher } from '../child-relay.ts';
import { hostPort } from '../port.ts';
import { serve } from '../serve.ts';
import type { BatchConfiguration, BatchMethods } from './contract.ts';
import { batchHandlers } from './handlers.ts';

/** Configures the process from its last argument and answers until it ends. */
export function startBatchHost(): void {
  const configuration = JSON.parse(process.argv.at(-1) ?? '{}') as BatchConfiguration;
  const port = hostPort();
  if (process.versions.electron !== undefined) childLauncher.launch = relayedLauncher(port);
  serve<BatchMethods>(port, batchHandlers(configuration));
}

import { childLauncher } from '../../engine/runtime/child.ts';
import { relayedLauncher } from '../child-relay.ts';
import type { EngineConfiguration } from '../engine/contract.ts';
import { hostPort } from '../port.ts';
import { serve } from '../serve.ts';
import type { TrainerMethods } from './contract.ts';
import { trainerHandlers } from './handlers.ts';

/** Configures the process from its last argument and answers main until it ends. */
export function startTrainer(): void {
  const configuration = JSON.parse(process.argv.at(-1) ?? '{}') as EngineConfiguration;
  const port = hostPort();
  if (process.versions.electron !== undefined) childLauncher.launch = relayedLauncher(port);
  serve<TrainerMethods>(port, trainerHandlers(configuration));
}

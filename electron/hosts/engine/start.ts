import { childLauncher } from '../../engine/runtime/child.ts';
import { relayedLauncher } from '../child-relay.ts';
import { hostPort } from '../port.ts';
import { serve } from '../serve.ts';
import type { EngineConfiguration, EngineMethods } from './contract.ts';
import { engineHandlers } from './handlers.ts';

/** Configures the process from its last argument and answers main until it ends. */
export function startEngine(): void {
  const configuration = JSON.parse(process.argv.at(-1) ?? '{}') as EngineConfiguration;
  const port = hostPort();
  if (process.versions.electron !== undefined) childLauncher.launch = relayedLauncher(port);
  serve<EngineMethods>(port, engineHandlers(configuration));
}

import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChildRelay } from '../hosts/child-relay.ts';
import type { EngineConfiguration, EngineMethods } from '../hosts/engine/contract.ts';
import { type HostState, SupervisedHost } from '../hosts/supervised-host.ts';
import { hostLauncher, utilityChild } from './utility-process.ts';

export type Engine = SupervisedHost<EngineMethods>;

/** Starts the engine's process. Main owns the inference session through it: starts, feeds, cancels and restarts it. */
export function startEngine(
  configuration: EngineConfiguration,
  onState: (state: HostState, detail: string) => void,
  onBusy?: (isBusy: boolean) => void,
): Engine {
  const entry = fileURLToPath(new URL('./engine-host.js', import.meta.url));
  const programs = dirname(entry);
  const relay = new ChildRelay(
    utilityChild,
    (path) => dirname(path) === programs && path.endsWith('-child.js'),
  );
  return new SupervisedHost<EngineMethods>({
    launch: hostLauncher(entry, 'Photomend engine', configuration),
    onState: (state, detail) => {
      if (state === 'restarting' || state === 'replacing' || state === 'failed') relay.close();
      onState(state, detail);
    },
    // The patches that were being written when it ended are not written by asking the next one.
    isRepeatable: (method) => method !== 'written',
    onChildMessage: (message, reply) => relay.handle(message, reply),
    ...(onBusy !== undefined && { onBusy }),
  });
}

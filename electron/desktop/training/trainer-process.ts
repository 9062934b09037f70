import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../engine/errors.ts';
import { ChildRelay } from '../../hosts/child-relay.ts';
import type { EngineConfiguration } from '../../hosts/engine/contract.ts';
import { type HostState, SupervisedHost } from '../../hosts/supervised-host.ts';
import type { TrainerMethods } from '../../hosts/trainer/contract.ts';
import { hostLauncher, utilityChild } from '../utility-process.ts';

export type TrainerHost = Pick<SupervisedHost<TrainerMethods>, 'call' | 'close' | 'pid' | 'isBusy'>;

/** Starts the trainer's process: low priority, networks of its own, started again after a crash. */
export function startTrainerProcess(
  configuration: EngineConfiguration,
  onState: (state: HostState, detail: string) => void,
): TrainerHost {
  const entry = fileURLToPath(new URL('./trainer-host.js', import.meta.url));
  const programs = dirname(entry);
  const relay = new ChildRelay(
    utilityChild,
    (path) => dirname(path) === programs && path.endsWith('-child.js'),
  );
  return new SupervisedHost<TrainerMethods>({
    launch: hostLauncher(entry, 'Photomend trainer', configuration),
    onState: (state, detail) => {
      if (state === 'restarting' || state === 'failed') relay.close();
      onState(state, detail);
    },
    onChildMessage: (message, reply) => relay.handle(message, reply),
    // A scan that ends late must not take a training along.
    cancelPatienceMs: 60_000,
    isRepeatable: () => false,
    errors: {
      crashed: (detail) =>
        new AppError('trainer/crashed', 'The part of Photomend that trains networks ended unexpectedly.', {
          data: { detail },
        }),
      unavailable: () =>
        new AppError('trainer/unavailable', 'The part of Photomend that trains networks cannot be started.', {
          hint: 'Restart Photomend. The training is kept.',
        }),
    },
  });
}

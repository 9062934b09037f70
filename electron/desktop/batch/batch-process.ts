import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BatchConfiguration, BatchMethods } from '../../hosts/batch/contract.ts';
import { ChildRelay } from '../../hosts/child-relay.ts';
import { SupervisedHost } from '../../hosts/supervised-host.ts';
import { hostLauncher, utilityChild } from '../utility-process.ts';

export type BatchHost = SupervisedHost<BatchMethods>;

/** Starts the process of batches: networks of its own, so that a photo that crashes it leaves the editor alone. */
export function startBatchProcess(configuration: BatchConfiguration): BatchHost {
  // Built into `out/`, with this file.
  const entry = fileURLToPath(new URL('./batch-host.js', import.meta.url));
  const programs = dirname(entry);
  const relay = new ChildRelay(
    utilityChild,
    (path) => dirname(path) === programs && path.endsWith('-child.js'),
  );
  return new SupervisedHost<BatchMethods>({
    launch: hostLauncher(entry, 'Photomend batch', configuration),
    onState: (state) => {
      if (state === 'restarting' || state === 'failed') relay.close();
    },
    onChildMessage: (message, reply) => relay.handle(message, reply),
    // A run that was interrupted goes on from its journal instead.
    isRepeatable: () => false,
  });
}

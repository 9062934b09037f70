import { type ProbeAnswer, type ProbeJob, probeInput } from './probe-job.ts';
import { ModelSession } from './session.ts';

/** Entry of the child process that tries an execution provider: a crash of a driver ends only this process. */
async function answer({ provider, modelPath }: ProbeJob): Promise<ProbeAnswer> {
  try {
    const session = await ModelSession.open(modelPath, provider);
    const input = { [session.inputNames[0]]: probeInput() };
    const results = await session.run(input);
    const timesMs: number[] = [];
    for (let i = 0; i < 5; i++) {
      const startedAt = performance.now();
      await session.run(input);
      timesMs.push(performance.now() - startedAt);
    }
    const output = Array.from(results[session.outputNames[0]].data);
    await session.release();
    return { ok: true, output, milliseconds: Math.min(...timesMs) };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : '';
    return { ok: false, error: `${error instanceof Error ? error.message : error} ${cause}`.trim() };
  }
}

process.once('message', (job: ProbeJob) => {
  answer(job).then((result) => process.send?.(result, () => process.exit(0)));
});
process.send?.('ready');

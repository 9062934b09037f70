import { answerQuestions } from './child-port.ts';
import { loadRuntime } from './ort.ts';
import { type ProbeAnswer, type ProbeJob, probeInput } from './probe-job.ts';
import { ModelSession } from './session.ts';

/** A software driver may take seconds for one run: that is answer enough. */
const timingBudgetMs = 1000;

/** Entry of the child process that tries an execution provider: a crash of a driver ends only this process. */
async function answer({ provider, modelPath }: ProbeJob): Promise<ProbeAnswer> {
  try {
    // Asked for a provider that it was built without, the runtime quietly takes the processor.
    const { listSupportedBackends } = await loadRuntime();
    if (!listSupportedBackends().some(({ name }) => name === provider)) {
      return { ok: false, error: `${provider}: backend not found` };
    }
    const session = await ModelSession.open(modelPath, provider);
    const input = { [session.inputNames[0]]: probeInput() };
    const { data: output } = (await session.run(input))[session.outputNames[0]];
    const timesMs: number[] = [];
    const timingSince = performance.now();
    do {
      const startedAt = performance.now();
      await session.run(input);
      timesMs.push(performance.now() - startedAt);
    } while (timesMs.length < 5 && performance.now() - timingSince < timingBudgetMs);
    await session.release();
    return { ok: true, output, milliseconds: Math.min(...timesMs) };
  } catch (error) {
    // The cause holds the runtime's own words, of which the message is a paraphrase.
    const told = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { ok: false, error: told instanceof Error ? told.message : String(told) };
  }
}

answerQuestions(answer);

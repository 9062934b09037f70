import { type FallbackOptions, noNumbers, type RunnableModel } from './network.ts';
import { isFinitePicture } from './output.ts';

/** A model for whole windows: where its device fails or answers with no numbers, the processor takes over for good. */
export function steadyModel(
  session: RunnableModel,
  { openOnCpu, isWorthRetryingSmaller, onNotice }: FallbackOptions,
): Pick<RunnableModel, 'run'> {
  let current = session;
  let onCpu = openOnCpu === undefined;

  const attempt: RunnableModel['run'] = async (feeds, wanted) => {
    const outputs = await current.run(feeds, wanted);
    for (const { data } of Object.values(outputs)) {
      if (!isFinitePicture({ data })) throw noNumbers(current.provider);
    }
    return outputs;
  };

  return {
    run: async (feeds, wanted) => {
      try {
        return await attempt(feeds, wanted);
      } catch (error) {
        if (onCpu || openOnCpu === undefined || !isWorthRetryingSmaller(error)) throw error;
        current = await openOnCpu();
        onCpu = true;
        onNotice(`${session.provider} failed: going on with the processor.`, 'provider-failed');
        return attempt(feeds, wanted);
      }
    },
  };
}

import { AppError } from '../../engine/errors.ts';
import type { SupervisedHost } from '../supervised-host.ts';
import type { BatchMethods, RunArgument, RunEnd, RunNews } from './contract.ts';

/** A process that dies so often without a photo being finished in between is beyond help. */
const mostCrashesInARow = 6;

/**
 * Runs a batch to its end, whatever happens to the process that does it: after a crash the journal tells where to go
 * on, and which photos to be careful with.
 * @throws AppError as `openRun` and `BatchRun.run`, `engine/crashed` where it crashes again and again
 */
export async function superviseRun(
  host: Pick<SupervisedHost<BatchMethods>, 'call'>,
  request: RunArgument,
  onNews: (news: RunNews) => void,
  signal?: AbortSignal,
): Promise<RunEnd> {
  let argument = request;
  for (let crashes = 0; ; ) {
    try {
      return await host.call('run', argument, {
        ...(signal !== undefined && { signal }),
        onProgress: (news) => {
          if (news.type === 'photo' && news.outcome !== undefined) crashes = 0;
          onNews(news);
        },
      });
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'engine/crashed')) throw error;
      if (++crashes >= mostCrashesInARow) throw error;
      argument = { ...argument, unfinished: 'resume', afterCrash: true };
    }
  }
}

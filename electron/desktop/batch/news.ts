import type { RunNews } from '../../hosts/batch/contract.ts';
import type { BatchHold, BatchProgressData } from '../../ipc/batch-requests.ts';
import type { EventData } from '../../ipc/contract.ts';

/** The window draws a few times a second, not with every photo. */
const newsMs = 150;

type Changed = EventData<'batch.news'>['photos'][number];

/** Gathers what a run tells and hands it on a few times a second. */
export class NewsGatherer {
  readonly #tell: (data: EventData<'batch.news'>) => void;
  #holds = new Set<BatchHold>();
  #changed = new Map<number, Changed>();
  #progress: BatchProgressData | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(tell: (data: EventData<'batch.news'>) => void) {
    this.#tell = tell;
  }

  get progress(): BatchProgressData | null {
    return this.#progress;
  }

  get isHeld(): boolean {
    return this.#holds.size > 0;
  }

  /** Another run begins, or none is running any more. */
  begin(): void {
    this.#holds.clear();
    this.#changed.clear();
    this.#progress = null;
  }

  hear(news: Exclude<RunNews, { type: 'planned' }>): void {
    if (news.type === 'hold') {
      if (news.isHeld) this.#holds.add(news.reason);
      else this.#holds.delete(news.reason);
    } else {
      const { n, state, outcome, progress } = news;
      this.#changed.set(n, { n, state, ...errorOf(outcome) });
      const { total, counts, photosPerMinute = null, secondsLeft = null } = progress;
      this.#progress = { total, counts: { ...counts }, photosPerMinute, secondsLeft };
    }
    this.#timer ??= setTimeout(() => this.#flush(), newsMs);
  }

  /** Nothing more comes. */
  end(): void {
    this.#holds.clear();
    this.#flush();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const photos = [...this.#changed.values()];
    this.#changed.clear();
    this.#tell({ photos, progress: this.#progress, holds: [...this.#holds] });
  }
}

function errorOf(outcome: Extract<RunNews, { type: 'photo' }>['outcome']): Pick<Changed, 'error'> {
  if (outcome?.state !== 'failed') return {};
  const { code, message, hint } = outcome;
  return { error: { code, message, ...(hint !== undefined && { hint }), data: {} } };
}

import { collectGarbage } from '../../engine/garbage.ts';
import {
  planRestoration,
  preparedPlan,
  type Restoration,
  type RestorationPlan,
  runPlan,
} from '../../engine/restore.ts';
import type { Layers } from '../../ipc/contract.ts';
import type { MaskedRegion } from '../../ipc/document.ts';
import { AheadRun } from './ahead-run.ts';

/** Larger regions are rare, and a prepared one keeps 30 bytes for each pixel. */
const mostPixels = 2_000_000;
/**
 * Windows of so many pixels in all, about a network's tile, are repaired ahead of time: they keep the machine busy for
 * a second, should they have been for nothing, and a tile that was begun cannot be ended.
 */
const mostPixelsAhead = 768 * 768;

type PlanArguments = Parameters<typeof planRestoration>;
type RunOptions = Parameters<typeof runPlan>[2];

/** A region as it is to be restored. */
export interface Request {
  readonly photo: string;
  readonly layers: Layers;
  readonly region: MaskedRegion;
  /** Compared as objects: another device or other models make others. */
  readonly tools: object;
}

/** A restoration that is planned, and may be on its way. */
export interface Foreseen {
  readonly plan: RestorationPlan;
  /**
   * The same each time, but for the time it takes: `seconds` of work, whenever it was done.
   * @throws what {@link runPlan} does
   */
  run(options: RunOptions): Promise<Restoration & { readonly seconds: number }>;
}

/** Without the picture: a large one should not stay for it. */
interface Prepared {
  readonly plan: RestorationPlan;
  readonly ahead: AheadRun | undefined;
}

/**
 * Prepares the restoration that is most likely to be asked for next, that of the region that was drawn last, and begins
 * with it: a person first reads what was found.
 */
export class Anticipation {
  #key = '';
  #tools: object | undefined;
  #prepared: Promise<Prepared | undefined> = Promise.resolve(undefined);

  anticipate(request: Request, ...[picture, regions, options]: PlanArguments): void {
    const { width, height } = request.region.rect;
    if (width * height > mostPixels || this.#isKnown(request)) return;
    const before = this.#giveUp();
    this.#key = keyOf(request);
    this.#tools = request.tools;
    this.#prepared = planRestoration(picture, regions, options).then(
      (planned) => {
        const plan = preparedPlan(picture, planned);
        // What analysis and planning have left behind would be collected in the middle of the repair.
        collectGarbage();
        const ahead = pixelsOf(plan) <= mostPixelsAhead ? new AheadRun(picture, plan, before) : undefined;
        return { plan, ahead };
      },
      // Whoever asks for it is told why.
      () => undefined,
    );
  }

  /** The restoration of a region, foreseen or planned now. One that is on its way is taken: it is there once. */
  async take(request: Request, ...asked: PlanArguments): Promise<Foreseen> {
    const [picture] = asked;
    const prepared = this.#isKnown(request) ? this.#prepared : undefined;
    if (prepared !== undefined) this.#forget();
    const known = await prepared;
    if (known === undefined) {
      const plan = await planRestoration(...asked);
      return { plan, run: (options) => runNow(picture, plan, options) };
    }
    const { plan, ahead } = known;
    if (ahead === undefined) return { plan, run: (options) => runNow(picture, plan, options) };
    return {
      plan,
      run: async (options) => {
        try {
          return { ...(await ahead.result(options)), seconds: ahead.seconds };
        } catch (error) {
          if (options.signal?.aborted) throw error;
          // What went wrong when nobody was there goes wrong again, or does not.
          return runNow(picture, plan, options);
        }
      },
    };
  }

  /** Lets go of what belongs to a photo that was closed. */
  forget(): void {
    this.#giveUp();
  }

  /** Resolves when nothing of what was given up runs any more. */
  async #giveUp(): Promise<void> {
    const prepared = this.#prepared;
    this.#forget();
    const ahead = (await prepared)?.ahead;
    ahead?.giveUp();
    await ahead?.settled();
  }

  #forget(): void {
    this.#key = '';
    this.#tools = undefined;
    this.#prepared = Promise.resolve(undefined);
  }

  #isKnown(request: Request): boolean {
    return this.#tools === request.tools && this.#key === keyOf(request);
  }
}

async function runNow(...[picture, plan, options]: Parameters<typeof runPlan>): ReturnType<Foreseen['run']> {
  const startedAt = performance.now();
  const restoration = await runPlan(picture, plan, options);
  return { ...restoration, seconds: (performance.now() - startedAt) / 1000 };
}

function pixelsOf({ repairs }: RestorationPlan): number {
  return repairs.reduce((sum, { mask }) => sum + mask.data.length, 0);
}

function keyOf({ photo, layers, region: { rect, mask, damage, model } }: Request): string {
  return JSON.stringify([photo, layers, rect, mask, damage, model]);
}

import { collectGarbage } from '../../engine/garbage.ts';
import { planRestoration, preparedPlan, type RestorationPlan } from '../../engine/restore.ts';
import type { Layers } from '../../ipc/contract.ts';
import type { MaskedRegion } from '../../ipc/document.ts';

/** Larger regions are rare, and a prepared one keeps 30 bytes for each pixel. */
const mostPixels = 2_000_000;

type PlanArguments = Parameters<typeof planRestoration>;

/** A region as it is to be restored. */
export interface Request {
  readonly photo: string;
  readonly layers: Layers;
  readonly region: MaskedRegion;
  /** Compared as objects: another device or other models make others. */
  readonly tools: object;
}

/** Prepares the restoration that is most likely to be asked for next: that of the region that was drawn last. */
export class Anticipation {
  #key = '';
  #tools: object | undefined;
  #plan: Promise<RestorationPlan | undefined> = Promise.resolve(undefined);

  anticipate(request: Request, ...[picture, regions, options]: PlanArguments): void {
    const { width, height } = request.region.rect;
    if (width * height > mostPixels || this.#isKnown(request)) return;
    this.#key = keyOf(request);
    this.#tools = request.tools;
    this.#plan = planRestoration(picture, regions, options).then(
      (plan) => {
        const prepared = preparedPlan(picture, plan);
        // What analysis and planning have left behind would be collected in the middle of the repair.
        collectGarbage();
        return prepared;
      },
      // Whoever asks for it is told why.
      () => undefined,
    );
  }

  /** The plan of a region, prepared or made now. */
  async plan(request: Request, ...asked: PlanArguments): Promise<RestorationPlan> {
    const known = this.#isKnown(request) ? await this.#plan : undefined;
    return known ?? planRestoration(...asked);
  }

  /** Lets go of what belongs to a photo that was closed. */
  forget(): void {
    this.#key = '';
    this.#tools = undefined;
    this.#plan = Promise.resolve(undefined);
  }

  #isKnown(request: Request): boolean {
    return this.#tools === request.tools && this.#key === keyOf(request);
  }
}

function keyOf({ photo, layers, region: { rect, mask, damage, model } }: Request): string {
  return JSON.stringify([photo, layers, rect, mask, damage, model]);
}

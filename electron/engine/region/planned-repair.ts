import type { Planes } from '../pixels/planes.ts';

/** A result the size of the window and how much of it shows where. */
export interface Repaired {
  readonly result: Planes;
  readonly weights: Planes;
}

/** A repair that is ready to run: how many tiles it takes, and the work itself. */
export interface Repair {
  readonly tiles: number;
  /** The same with what can be done ahead of time behind it, for this window and mask. */
  prepared?(window: Planes, mask: Planes): Repair;
  run(window: Planes, mask: Planes, tileDone: () => Promise<void>): Promise<Repaired>;
}

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
  /** @param tileDone told of every tile, and of 0 where one takes so long that others should be let in */
  run(window: Planes, mask: Planes, tileDone: (count?: number) => Promise<void>): Promise<Repaired>;
}

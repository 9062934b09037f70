import { forNear } from '../pixels/near.ts';

/**
 * The pixels of the shortest paths that join groups of pixels which do not touch each other (corners count as touching),
 * nearest groups first and no two of them twice.
 * @param pixels places in a plane of `width` x `height`
 * @param mayPass what a path may lead over
 * @param mostPx paths are at most this long
 */
export function bridgeGaps(
  width: number,
  height: number,
  pixels: Iterable<number>,
  mayPass: (at: number) => boolean,
  mostPx: number,
): number[] {
  // Breadth first from all pixels at once; where the fronts of two groups meet, the ways back are the path.
  const cameFrom = new Map<number, number>();
  for (const at of pixels) cameFrom.set(at, at);
  const groups = new Groups();
  const path: number[] = [];
  const wayBack = (end: number) => {
    let at = end;
    for (let back = cameFrom.get(at); back !== undefined && back !== at; back = cameFrom.get(at)) {
      path.push(at);
      at = back;
    }
  };
  const mostSteps = mostPx / 2;
  let front = [...cameFrom.keys()];
  for (let step = 0; front.length > 0 && step <= mostSteps; step++) {
    const reached: number[] = [];
    for (const from of front) {
      forNear(from, width, height, 1, (at) => {
        if (cameFrom.has(at)) {
          if (!groups.join(from, at)) return;
          wayBack(from);
          wayBack(at);
        } else if (step < mostSteps && mayPass(at)) {
          cameFrom.set(at, from);
          groups.join(from, at);
          reached.push(at);
        }
      });
    }
    front = reached;
  }
  return path;
}

/** Which pixels hang together (union-find, Galler and Fischer 1964). */
class Groups {
  readonly #parents = new Map<number, number>();

  /** Whether they did not hang together before. */
  join(a: number, b: number): boolean {
    const [rootA, rootB] = [this.#rootOf(a), this.#rootOf(b)];
    if (rootA === rootB) return false;
    this.#parents.set(rootA, rootB);
    return true;
  }

  #rootOf(at: number): number {
    let root = at;
    for (let up = this.#parents.get(root); up !== undefined; up = this.#parents.get(root)) root = up;
    // So that the next search is short.
    for (let next = at; next !== root; ) {
      const up = this.#parents.get(next) ?? root;
      this.#parents.set(next, root);
      next = up;
    }
    return root;
  }
}

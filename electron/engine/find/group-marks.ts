import type { Rect } from '../pixels/planes.ts';
import { growRect, rectsOverlap, unionRect } from '../pixels/rects.ts';
import type { FoundRegion } from './found.ts';
import type { MarkKind } from './mark-kinds.ts';
import type { Mark } from './marks.ts';

/** Marks this near each other, as a part of the picture's longer side, are one region. */
const nearShare = 0.02;
const leastNearPx = 12;
/** A joined region may be so many times as large as its parts. */
const mostWaste = 1.6;
/** So many regions a person can still look through; above, parts farther apart are joined. */
const mostRegions = 60;
/** The rim of a stain is half stain. */
const rimPx = 1;

interface Group {
  readonly kind: MarkKind;
  readonly marks: readonly Mark[];
  readonly rect: Rect;
}

/** Marks as regions with exact masks: those of a kind that lie near each other together. */
export function groupMarks(marks: readonly Mark[], width: number, height: number): FoundRegion[] {
  let nearPx = Math.max(leastNearPx, Math.round(nearShare * Math.max(width, height)));
  let waste = mostWaste;
  let groups: Group[] = marks.map((mark) => ({ kind: mark.kind, marks: [mark], rect: mark.rect }));
  for (;;) {
    groups = joinOnce(groups, nearPx, waste, width, height);
    if (groups.length <= mostRegions || nearPx > Math.max(width, height)) break;
    nearPx *= 2;
    waste *= 2;
  }
  return groups.map((group) => asRegion(group, width, height));
}

/** Joins groups until no two of a kind are near each other. */
function joinOnce(
  groups: readonly Group[],
  nearPx: number,
  waste: number,
  width: number,
  height: number,
): Group[] {
  const joined: Group[] = [];
  const waiting = [...groups];
  for (let group = waiting.pop(); group !== undefined; group = waiting.pop()) {
    const { kind, rect } = group;
    const reach = growRect(rect, nearPx, width, height);
    const at = joined.findIndex((other) => {
      if (other.kind !== kind || !rectsOverlap(reach, other.rect)) return false;
      const union = area(growRect(unionRect(rect, other.rect), nearPx, width, height));
      return union <= waste * (area(reach) + area(growRect(other.rect, nearPx, width, height)));
    });
    if (at < 0) joined.push(group);
    else {
      const [other] = joined.splice(at, 1);
      waiting.push({ kind, marks: [...other.marks, ...group.marks], rect: unionRect(rect, other.rect) });
    }
  }
  return joined;
}

function area(rect: Rect): number {
  return rect.width * rect.height;
}

function asRegion({ kind, marks, rect: inner }: Group, width: number, height: number): FoundRegion {
  const rect = growRect(inner, rimPx, width, height);
  const mask = new Uint8Array(rect.width * rect.height);
  let pixels = 0;
  let sum = 0;
  for (const mark of marks) {
    pixels += mark.pixels.length;
    sum += mark.confidence * mark.pixels.length;
    for (const at of mark.pixels) markAround(mask, rect, at % width, Math.floor(at / width));
  }
  return { kind, rect, mask, damage: { kind: 'fill' }, confidence: sum / pixels };
}

function markAround(mask: Uint8Array, rect: Rect, x: number, y: number): void {
  const left = Math.max(rect.x, x - rimPx);
  const right = Math.min(rect.x + rect.width - 1, x + rimPx);
  const top = Math.max(rect.y, y - rimPx);
  const bottom = Math.min(rect.y + rect.height - 1, y + rimPx);
  for (let v = top; v <= bottom; v++) {
    const row = (v - rect.y) * rect.width - rect.x;
    mask.fill(255, row + left, row + right + 1);
  }
}

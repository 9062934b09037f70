import type { MaskedRegion } from '../../../electron/ipc/document.ts';
import { repairedPlaces } from '../edits.ts';
import { containsPoint, grown, type Point } from '../geometry.ts';
import { type Hit, hitTest, smallestAround } from '../hit-test.ts';
import type { Masks } from '../masks/masks.svelte.ts';
import type { PhotoSession } from '../photo-session.svelte.ts';
import { DrawRegionGesture } from './draw-region.ts';
import type { Gesture, PointerPlace } from './gesture.ts';
import { MoveRegionsGesture } from './move-regions.ts';
import { PaintMaskGesture } from './paint-mask.ts';
import { PanGesture } from './pan.ts';
import { Pinch } from './pinch.ts';
import { cursorOf, ResizeRegionGesture } from './resize-region.ts';
import { turnWheel } from './wheel.ts';

/** Turns a place in the window into one in its pane. */
export type ToPane = (clientX: number, clientY: number) => Point;

const primaryButton = 0;
const middleButton = 1;

/** Decides what presses, moves and turns over the photo mean, and does it. */
export class PointerInput {
  readonly #session: PhotoSession;
  readonly #masks: Masks;
  readonly #toPane: ToPane;
  /** Where fingers and the pressed pointer are, by their ids. */
  readonly #pressed = new Map<number, Point>();
  #gesture = $state.raw<Gesture | undefined>();
  #gesturePointer: number | undefined;
  #pinch: Pinch | undefined;
  #pointer = $state.raw<PointerPlace | undefined>();
  #isTouch = false;
  /** The space bar is down: pressing pans. */
  isPanHeld = $state(false);

  constructor(session: PhotoSession, masks: Masks, toPane: ToPane) {
    this.#session = session;
    this.#masks = masks;
    this.#toPane = toPane;
  }

  /** Something is being drawn, moved or painted that Escape can take back. */
  get isBusy(): boolean {
    return this.#gesture !== undefined;
  }

  /** The pointer is over the photo. */
  get isOver(): boolean {
    return this.#pointer !== undefined;
  }

  /** Where the brush is shown; undefined where there is none. */
  get brushAt(): Point | undefined {
    if (this.#session.tool === 'rectangle' || this.isPanHeld || this.#isTouch) return undefined;
    return this.#pointer?.screen;
  }

  get hoveredRegion(): MaskedRegion | undefined {
    return this.#session.tool === 'rectangle' ? this.#hit()?.region : undefined;
  }

  readonly cursor: string = $derived.by(() => {
    if (this.#gesture !== undefined) return this.#gesture.cursor;
    if (this.isPanHeld) return 'grab';
    if (this.#session.tool !== 'rectangle') return 'none';
    const hit = this.#hit();
    if (hit?.what === 'handle') return cursorOf(hit.handle);
    return hit === undefined ? 'crosshair' : 'move';
  });

  readonly onPointerDown = (event: PointerEvent): void => {
    if (event.button !== primaryButton && event.button !== middleButton) return;
    const target = event.currentTarget as HTMLElement;
    target.setPointerCapture(event.pointerId);
    target.focus({ preventScroll: true });
    // Otherwise the middle button would scroll.
    if (event.button === middleButton) event.preventDefault();
    const place = this.#placeOf(event);
    this.#isTouch = event.pointerType === 'touch';
    this.#pressed.set(event.pointerId, place.screen);
    this.#pointer = place;
    if (this.#isTouch && this.#pressed.size === 2) this.#startPinch();
    else if (this.#gesture === undefined && this.#pinch === undefined) this.#start(event, place);
  };

  readonly onPointerMove = (event: PointerEvent): void => {
    const place = this.#placeOf(event);
    this.#pointer = place;
    this.#isTouch = event.pointerType === 'touch';
    if (this.#pressed.has(event.pointerId)) this.#pressed.set(event.pointerId, place.screen);
    if (this.#pinch !== undefined) {
      const [a, b] = this.#pressed.values();
      if (b !== undefined) this.#pinch.move(a, b);
    } else if (event.pointerId === this.#gesturePointer) {
      const steps = this.#gesture instanceof PaintMaskGesture ? stepsOf(event) : [event];
      for (const step of steps) this.#gesture?.move(this.#placeOf(step));
    } else {
      this.#hover(place.photo);
    }
  };

  readonly onPointerUp = (event: PointerEvent): void => {
    this.#pressed.delete(event.pointerId);
    // The last finger of a pinch draws nothing.
    if (this.#pressed.size === 0) this.#pinch = undefined;
    if (event.pointerId !== this.#gesturePointer) return;
    const gesture = this.#gesture;
    this.#gesture = this.#gesturePointer = undefined;
    gesture?.end();
  };

  readonly onPointerCancel = (event: PointerEvent): void => {
    this.#pressed.delete(event.pointerId);
    if (this.#pressed.size === 0) this.#pinch = undefined;
    if (event.pointerId === this.#gesturePointer) this.cancel();
  };

  readonly onPointerLeave = (): void => {
    if (this.#gesture !== undefined) return;
    this.#pointer = undefined;
    this.#session.hoveredEditId = undefined;
    this.#session.whole.finding.hoveredId = undefined;
  };

  readonly onDoubleClick = (event: MouseEvent): void => {
    if (event.button !== primaryButton || this.#session.tool !== 'rectangle') return;
    this.#session.viewport.toggleFit(this.#toPane(event.clientX, event.clientY));
  };

  readonly onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    turnWheel(this.#session.viewport, event, this.#toPane(event.clientX, event.clientY));
    this.#pointer = this.#pointer && this.#placeOf(event);
  };

  /** Ends a gesture as if it had never begun. */
  cancel(): void {
    const gesture = this.#gesture;
    this.#gesture = this.#gesturePointer = undefined;
    gesture?.cancel();
  }

  #start(event: PointerEvent, place: PointerPlace): void {
    this.#gesture = this.#gestureFor(event.button, place);
    this.#gesturePointer = event.pointerId;
    this.#session.hoveredEditId = undefined;
  }

  #gestureFor(button: number, place: PointerPlace): Gesture {
    const session = this.#session;
    if (button === middleButton || this.isPanHeld) return new PanGesture(session.viewport, place);
    if (session.tool !== 'rectangle') {
      const target = this.#paintTarget(place.photo);
      return new PaintMaskGesture(this.#masks, target?.id, session.tool, place);
    }
    const hit = this.#hit();
    if (hit?.what === 'handle') return new ResizeRegionGesture(session, hit.region, hit.handle, place);
    if (hit?.what === 'region') return new MoveRegionsGesture(session, hit.region, place);
    return new DrawRegionGesture(session, place);
  }

  /**
   * The region that is painted on: a selected one under the pointer, any other there, else the one that was selected
   * last if it is near, or for erasing that one or the only one. Without any, a brush makes a new one: nobody means a
   * rectangle across half of the photo.
   */
  #paintTarget(at: Point): MaskedRegion | undefined {
    const session = this.#session;
    const { regions } = session.document;
    const selected = regions.filter(({ id }) => session.selectedRegionIds.includes(id));
    const under =
      selected.find(({ rect }) => containsPoint(rect, at)) ??
      smallestAround(
        regions.map((region) => ({ rect: region.rect, value: region })),
        at,
      );
    if (under !== undefined && !selected.includes(under)) session.select(under.id);
    const lastId = session.selectedRegionIds.at(-1);
    const last = selected.find(({ id }) => id === lastId);
    if (session.tool === 'erase') return under ?? last ?? (regions.length === 1 ? regions[0] : undefined);
    const isNear = last !== undefined && containsPoint(grown(last.rect, 2 * session.brushSizePx), at);
    return under ?? (isNear ? last : undefined);
  }

  #startPinch(): void {
    this.cancel();
    const [a, b] = this.#pressed.values();
    this.#pinch = new Pinch(this.#session.viewport, a, b);
  }

  #hit(): Hit | undefined {
    if (this.#pointer === undefined) return undefined;
    const { document, selectedRegionIds, viewport } = this.#session;
    const at = viewport.toPhoto(this.#pointer.screen);
    return hitTest(document.regions, selectedRegionIds, at, viewport.cssScale);
  }

  #hover(at: Point): void {
    const session = this.#session;
    const isFree = session.tool === 'rectangle' && this.#hit() === undefined;
    const { finding } = session.whole;
    const proposals = finding.shown.map(({ id, rect }) => ({ rect, value: id }));
    const proposal = isFree ? smallestAround(proposals, at) : undefined;
    if (proposal !== finding.hoveredId) finding.hoveredId = proposal;
    const under =
      isFree && proposal === undefined
        ? smallestAround(repairedPlaces(session.document.edits), at)
        : undefined;
    if (under !== session.hoveredEditId) session.hoveredEditId = under;
  }

  #placeOf({ clientX, clientY, shiftKey, ctrlKey, metaKey }: MouseEvent): PointerPlace {
    const screen = this.#toPane(clientX, clientY);
    return {
      screen,
      photo: this.#session.viewport.toPhoto(screen),
      shift: shiftKey,
      mod: ctrlKey || metaKey,
    };
  }
}

/** All places between two frames, so that fast strokes stay round. */
function stepsOf(event: PointerEvent): readonly PointerEvent[] {
  const steps = event.getCoalescedEvents();
  return steps.length > 0 ? steps : [event];
}

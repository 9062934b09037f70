/** Parts of the window that F6 steps through, marked with `data-area` in the order of the page. */
const tabbable =
  '[role="application"], [tabindex="0"], button:enabled:not([tabindex="-1"]), input:enabled:not([tabindex="-1"]), select:enabled, a[href]';

/** Puts the focus into the next part of the window. */
export function moveToArea(by: 1 | -1): void {
  const areas = [...document.querySelectorAll<HTMLElement>('[data-area]')].filter(
    (area) => firstIn(area) !== undefined,
  );
  if (areas.length === 0) return;
  const current = areas.findIndex((area) => area.contains(document.activeElement));
  const next = current < 0 ? (by > 0 ? 0 : areas.length - 1) : (current + by + areas.length) % areas.length;
  firstIn(areas[next])?.focus({ focusVisible: true } as FocusOptions);
}

function firstIn(area: HTMLElement): HTMLElement | undefined {
  return [...area.querySelectorAll<HTMLElement>(tabbable)].find((element) => element.checkVisibility());
}

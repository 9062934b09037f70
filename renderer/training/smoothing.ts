/**
 * Exponential smoothing that starts without a bias (the weights of a step's past sum to one). `strength` 0 leaves the
 * curve as it is, towards 1 it becomes a line. Gaps stay gaps.
 */
export function smoothed(values: readonly (number | null)[], strength: number): (number | null)[] {
  if (strength <= 0) return [...values];
  let sum = 0;
  let weight = 0;
  return values.map((value) => {
    if (value === null) return null;
    sum = sum * strength + value * (1 - strength);
    weight = weight * strength + (1 - strength);
    return sum / weight;
  });
}

/** Columns over one axis of steps: each curve's values at its own steps, null at the others'. */
export function onOneAxis(
  curves: readonly {
    readonly step: readonly (number | null)[];
    readonly values: readonly (number | null)[];
  }[],
): { readonly steps: number[]; readonly columns: (number | null)[][] } {
  const all = new Set<number>();
  for (const { step } of curves) for (const at of step) if (at !== null) all.add(at);
  const steps = [...all].sort((a, b) => a - b);
  const place = new Map(steps.map((step, i) => [step, i]));
  const columns = curves.map(({ step, values }) => {
    const column: (number | null)[] = steps.map(() => null);
    step.forEach((at, i) => {
      if (at !== null) column[place.get(at) ?? 0] = values[i];
    });
    return column;
  });
  return { steps, columns };
}

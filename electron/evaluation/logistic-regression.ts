/** What a logistic regression learns from. */
export interface Observation {
  readonly features: readonly number[];
  readonly isTrue: boolean;
  /** How much it counts. */
  readonly importance: number;
}

/** The chance (0..1) that a regression's weights give to features. */
export function chanceOf(features: readonly number[], weights: readonly number[]): number {
  return 1 / (1 + Math.exp(-features.reduce((sum, value, i) => sum + value * weights[i], 0)));
}

/** Logistic regression by Newton's method; a little ridge keeps it tame. Returns a weight for each feature. */
export function logisticRegression(observations: readonly Observation[]): number[] {
  const size = observations[0]?.features.length ?? 0;
  const weights = new Array<number>(size).fill(0);
  for (let round = 0; round < 25; round++) {
    const gradient = weights.map((weight) => 0.01 * weight);
    const curvature = weights.map((_, i) => weights.map((__, j) => (i === j ? 0.01 : 0)));
    for (const { features, isTrue, importance } of observations) {
      const chance = chanceOf(features, weights);
      const error = chance - (isTrue ? 1 : 0);
      for (let i = 0; i < size; i++) {
        gradient[i] += importance * error * features[i];
        for (let j = 0; j < size; j++)
          curvature[i][j] += importance * chance * (1 - chance) * features[i] * features[j];
      }
    }
    solve(curvature, gradient).forEach((step, i) => {
      weights[i] -= step;
    });
  }
  return weights;
}

/** Solves a system of linear equations by elimination; `matrix` and `right` are used up. */
function solve(matrix: number[][], right: number[]): number[] {
  const size = right.length;
  for (let i = 0; i < size; i++) {
    let pivot = i;
    for (let row = i + 1; row < size; row++) {
      if (Math.abs(matrix[row][i]) > Math.abs(matrix[pivot][i])) pivot = row;
    }
    [matrix[i], matrix[pivot]] = [matrix[pivot], matrix[i]];
    [right[i], right[pivot]] = [right[pivot], right[i]];
    for (let row = 0; row < size; row++) {
      if (row === i) continue;
      const factor = matrix[row][i] / matrix[i][i];
      for (let column = i; column < size; column++) matrix[row][column] -= factor * matrix[i][column];
      right[row] -= factor * right[i];
    }
  }
  return right.map((value, i) => value / matrix[i][i]);
}

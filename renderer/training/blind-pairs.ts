/** What a person thinks of a pair whose sides they do not know. */
export type Choice = 'left' | 'right' | 'same';

export interface Tally {
  readonly new: number;
  readonly old: number;
  readonly same: number;
}

/** For every pair whether the new model's picture is on the left, by chance. */
export function shuffledSides(count: number, random: () => number = Math.random): boolean[] {
  return Array.from({ length: count }, () => random() < 0.5);
}

export function tallyOf(isNewLeft: readonly boolean[], choices: readonly Choice[]): Tally {
  const tally = { new: 0, old: 0, same: 0 };
  choices.forEach((choice, i) => {
    if (choice === 'same') tally.same++;
    else if ((choice === 'left') === isNewLeft[i]) tally.new++;
    else tally.old++;
  });
  return tally;
}

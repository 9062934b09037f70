import type { Command } from 'commander';
import { AppError } from '../engine/errors.ts';
import type { FoundKind } from '../engine/find/found.ts';
import type { WholeReport } from '../engine/whole/restore-whole.ts';
import { type WholeStep, type WholeSteps, wholeSteps } from '../engine/whole/steps.ts';
import { describeDamage } from './damage-words.ts';
import type { DonePhoto } from './photo-progress.ts';

/** Flags of `restore --whole`. */
export interface WholeFlags extends WholeSteps {
  readonly whole: boolean;
}

const leaveOut: Readonly<Record<WholeStep, string>> = {
  scratches: 'leave scratches and dust',
  stains: 'leave stains',
  mosaics: 'leave mosaics',
  blurs: 'leave blurred rectangles',
  dejpeg: 'leave the traces of JPEG',
  denoise: 'leave noise',
  fading: 'leave faded tones',
};

/** Adds those flags to a command. */
export function withWholeOptions(command: Command): Command {
  command.option('--whole', 'repair the whole photo: find what is damaged, clean and freshen it up', false);
  for (const step of wholeSteps) command.option(`--no-${step}`, `with --whole: ${leaveOut[step]}`);
  return command;
}

/** @throws AppError `usage/whole-and-regions`, `usage/step-without-whole` where flags do not go together */
export function checkWholeFlags(flags: WholeFlags & { rect: readonly unknown[]; mask?: string }): void {
  if (flags.whole && (flags.rect.length > 0 || flags.mask !== undefined)) {
    throw new AppError('usage/whole-and-regions', '--whole takes no --rect and no --mask.');
  }
  const left = wholeSteps.find((step) => !flags[step]);
  if (!flags.whole && left !== undefined) {
    throw new AppError('usage/step-without-whole', `--no-${left} belongs to --whole.`);
  }
}

const kindWords: Readonly<Record<FoundKind, string>> = {
  stain: 'stain',
  scratch: 'scratches',
  dust: 'dust',
  mosaic: 'mosaic',
  blur: 'blur',
};

/** What was found and done, as the list of regions has it. */
export function wholeRegions({ found }: WholeReport): DonePhoto['regions'] {
  return found.map(({ kind, rect, damage, confidence }) => ({
    rect,
    damage,
    words: damage.kind === 'fill' ? kindWords[kind] : describeDamage(damage),
    confidence,
  }));
}

/** What was measured and done to the whole photo. */
export function wholeSummary({ noise, jpeg, fading, cleaned }: WholeReport): NonNullable<DonePhoto['whole']> {
  return {
    noise: noise === undefined ? null : Math.round(10 * noise.luma) / 10,
    jpegQuality: jpeg?.quality ?? null,
    cleaned,
    fading: Math.round(100 * fading) / 100,
  };
}

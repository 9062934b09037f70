import { Command } from 'commander';
import { allVerdicts } from '../engine/runtime/verdicts.ts';
import { pickProvider, verdictOptions } from './tools.ts';

/** `photomend devices` */
export function devicesCommand(): Command {
  return new Command('devices')
    .description(
      'Show which execution providers (graphics cards, processor) work here, and why others do not.',
    )
    .option('--fresh', 'try all again instead of using what is remembered', false)
    .option('--json', 'print JSON', false)
    .action(async ({ fresh, json }: { fresh: boolean; json: boolean }) => {
      const verdicts = await allVerdicts({ ...verdictOptions(), fresh });
      const chosen = await pickProvider('auto');
      if (json) {
        process.stdout.write(`${JSON.stringify({ chosen, devices: verdicts }, null, 2)}\n`);
        return;
      }
      for (const { provider, ok, reason, milliseconds } of verdicts) {
        const state = ok
          ? `works, ${milliseconds?.toFixed(1)} ms for the test picture`
          : `not usable: ${reason}`;
        process.stdout.write(`${provider === chosen ? '*' : ' '} ${provider.padEnd(7)} ${state}\n`);
      }
      process.stdout.write('* is used unless another is asked for with --provider.\n');
    });
}

import { Command } from 'commander';
import { devicesCommand } from './devices.ts';
import { evaluateCommand } from './evaluate.ts';
import { reportFailure } from './failure.ts';
import { modelsCommand } from './models.ts';
import { restoreCommand } from './restore.ts';
import { trainCommand } from './train.ts';

/** Parses the command line and runs the command; sets the exit code. */
export async function runCommandLine(argv: readonly string[]): Promise<void> {
  const program = new Command('photomend')
    .description('Repairs photographs: mosaics, blur, stains and scratches, on your own computer.')
    .version('0.1.0')
    .showHelpAfterError('(run with --help to see what is possible)');
  for (const command of [
    restoreCommand(),
    trainCommand(),
    evaluateCommand(),
    modelsCommand(),
    devicesCommand(),
  ]) {
    program.addCommand(command);
  }
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    reportFailure(error, argv.includes('--json'));
  }
}

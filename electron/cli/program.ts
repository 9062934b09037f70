import { Command } from 'commander';
import { reportFailure } from './failure.ts';
import { trainCommand } from './train.ts';

/** Parses the command line and runs the command; sets the exit code. */
export async function runCommandLine(argv: readonly string[]): Promise<void> {
  const program = new Command('photomend')
    .description('Repairs photographs: mosaics, blur, stains and scratches, on your own computer.')
    .version('0.1.0')
    .showHelpAfterError('(run with --help to see what is possible)');
  program.addCommand(trainCommand());
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    reportFailure(error, argv.includes('--json'));
  }
}

import { Command, CommanderError } from 'commander';
import { batchCommand, reportCommand } from './batch.ts';
import { devicesCommand } from './devices.ts';
import { evaluateCommand } from './evaluate.ts';
import { exitCodes, reportFailure } from './failure.ts';
import { modelsCommand } from './models.ts';
import { restoreCommand } from './restore.ts';
import { trainCommand } from './train.ts';

/** Parses the command line and runs the command; sets the exit code. */
export async function runCommandLine(argv: readonly string[]): Promise<void> {
  const program = new Command('photomend')
    .description('Repairs photographs: mosaics, blur, stains and scratches, on your own computer.')
    .version('0.1.0')

    .exitOverride()
    .showHelpAfterError('(run with --help to see what is possible)');
  for (const command of [
    restoreCommand(),
    batchCommand(),
    reportCommand(),
    trainCommand(),
    evaluateCommand(),
    modelsCommand(),
    devicesCommand(),
  ]) {
    program.addCommand(command);
    command.exitOverride();
  }
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    // Help and version end this way too, with exit code 0; what is wrong with the usage has been said already.
    if (error instanceof CommanderError)
      process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    else reportFailure(error, argv.includes('--json'));
  }
}

import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { isNoModel, textureChoice } from '../engine/models/choice.ts';
import type { NoticeCode } from '../engine/models/network.ts';
import { ModelRegistry } from '../engine/models/registry.ts';
import { repairTools } from '../engine/models/tools.ts';
import type { RepairTools } from '../engine/region/repair.ts';
import { chooseProvider } from '../engine/runtime/choose.ts';
import { type ProviderName, providerNames } from '../engine/runtime/providers.ts';
import { closeSessions, isWorthRetryingSmaller, openSession } from '../engine/runtime/session.ts';
import { type VerdictOptions, verdictOn } from '../engine/runtime/verdicts.ts';
import { userDataFolder } from '../user-folders.ts';
import { resourcesFolder } from './resources.ts';

/** Flags of every command that runs a network. */
export interface ToolFlags {
  readonly model?: string;
  readonly provider: ProviderName | 'auto';
}

/** Adds those flags to a command. */
export function withToolOptions(command: Command): Command {
  return command
    .option(
      '--model <id|file>',
      'network to use, "none" for classical methods, or "texture" to fill wide holes with the photo\'s own texture (default: the best for the damage)',
    )
    .addOption(providerOption())
    .option('--json', 'print events as JSON lines', false);
}

export function providerOption(): Option {
  return new Option('--provider <name>', 'what computes: the fastest that works here, or one of these')
    .choices(['auto', ...providerNames])
    .default('auto');
}

export function openRegistry(): ModelRegistry {
  return new ModelRegistry({
    bundledFolder: join(resourcesFolder(), 'models'),
    userFolder: join(userDataFolder(), 'models'),
  });
}

/** Where verdicts on execution providers come from and are kept. */
export function verdictOptions(): VerdictOptions {
  return {
    modelPath: join(resourcesFolder(), 'probe', 'probe.onnx'),
    cachePath: join(userDataFolder(), 'devices.json'),
  };
}

export function pickProvider(wanted: ProviderName | 'auto'): Promise<ProviderName> {
  return chooseProvider(wanted, (provider) => verdictOn(provider, verdictOptions()));
}

export interface OpenedTools {
  readonly repair: RepairTools;
  readonly provider: ProviderName;
  /** What a person should know of the repairs since the last time it was asked, as codes. */
  takeNotices(): NoticeCode[];
  close(): Promise<void>;
}

/** Chooses a provider and gets the networks ready to be loaded when they are needed. */
export async function openTools(flags: ToolFlags): Promise<OpenedTools> {
  if (flags.model === 'none') {
    const nothing = async () => undefined;
    return {
      repair: { networkFor: nothing, defectNetwork: nothing },
      provider: 'cpu',
      takeNotices: () => [],
      close: async () => {},
    };
  }
  const registry = openRegistry();
  const { model = 'auto' } = flags;
  const preferred = isNoModel(model) ? undefined : await registry.resolve(model);
  const provider = await pickProvider(flags.provider);
  const notices = new Set<NoticeCode>();
  const repair = repairTools({
    registry,
    open: (modelPath) => openSession(modelPath, provider),
    openOnCpu: provider === 'cpu' ? undefined : (modelPath) => openSession(modelPath, 'cpu'),
    isWorthRetryingSmaller,
    onNotice: (notice, code) => {
      notices.add(code);
      process.stderr.write(`note: ${notice}\n`);
    },
    addsTexture: model === textureChoice,
    ...(preferred !== undefined && { preferred }),
  });
  const takeNotices = () => {
    const taken = [...notices];
    notices.clear();
    return taken;
  };
  return { repair, provider, takeNotices, close: closeSessions };
}

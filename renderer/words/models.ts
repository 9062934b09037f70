import type { ModelInfo } from '../../electron/ipc/contract.ts';
import type { Language } from '../i18n/language.svelte.ts';
import type { DamageKind } from './damage.ts';

/**
 * The choice of models for a kind of damage.
 * @param chosen stays in the list even where it does not fit or is no longer there
 */
export function modelOptions(
  { t }: Language,
  models: readonly ModelInfo[] | undefined,
  kind: DamageKind | undefined,
  chosen: string,
): { readonly value: string; readonly text: string }[] {
  const fitting = (models ?? []).filter(({ damage }) => kind === undefined || damage.includes(kind));
  const options = [
    { value: 'auto', text: t('model.auto') },
    ...fitting.map(({ id, name }) => ({ value: id, text: name })),
    { value: 'none', text: t('model.none') },
  ];
  if (options.some(({ value }) => value === chosen)) return options;
  return [...options, { value: chosen, text: modelName({ t }, models, chosen) }];
}

/** A model's name for people. */
export function modelName(
  { t }: Pick<Language, 't'>,
  models: readonly ModelInfo[] | undefined,
  id: string,
): string {
  if (id === 'auto') return t('model.auto');
  if (id === 'none') return t('model.none');
  return models?.find((model) => model.id === id)?.name ?? id;
}

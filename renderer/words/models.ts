import type { ModelInfo } from '../../electron/ipc/models.ts';
import type { Language } from '../i18n/language.svelte.ts';
import { type DamageKind, damageKinds, kindWords } from './damage.ts';

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
  const fitting = (models ?? []).filter(({ damage }) =>
    kind === undefined ? damage.length > 0 : damage.includes(kind),
  );
  const options = [
    { value: 'auto', text: t('model.auto') },
    ...fitting.map((model) => ({ value: model.id, text: modelTitle({ t }, model) })),
    ...(kind === undefined || canHaveTexture(kind) ? [{ value: 'texture', text: t('model.texture') }] : []),
    { value: 'none', text: t('model.none') },
  ];
  if (options.some(({ value }) => value === chosen)) return options;
  return [...options, { value: chosen, text: modelName({ t }, models, chosen) }];
}

/** What is filled, not sharpened, can be filled with texture. */
function canHaveTexture(kind: DamageKind): boolean {
  return kind === 'stain' || kind === 'scratch' || kind === 'fill';
}

/** A model's name for people. */
export function modelName(
  { t }: Pick<Language, 't'>,
  models: readonly ModelInfo[] | undefined,
  id: string,
): string {
  if (id === 'auto') return t('model.auto');
  if (id === 'none') return t('model.none');
  if (id === 'texture') return t('model.texture');
  const known = models?.find((model) => model.id === id);
  return known === undefined ? id : modelTitle({ t }, known);
}

const bundledIds = ['restorer', 'fine', 'defects', 'fill', 'article'] as const;

/** A model's name: those that came with the app are named in the person's language. */
export function modelTitle(
  { t }: Pick<Language, 't'>,
  { id, name, bundled }: { readonly id: string; readonly name: string; readonly bundled: boolean },
): string {
  const known = bundled ? bundledIds.find((bundledId) => bundledId === id) : undefined;
  return known === undefined ? name : t(`bundled-model.${known}`);
}

const families = ['fill', 'image', 'face', 'colour', 'yunet'] as const;

/** What a model is for: its family where that says more than the damage. */
export function modelUse(
  { t }: Pick<Language, 't'>,
  { family, damage }: { readonly family: string; readonly damage?: readonly string[] },
): string {
  const known = families.find((name) => name === (family === 'migan' ? 'fill' : family));
  if (known !== undefined) return t(`family.${known}`);
  return damageKinds
    .filter((kind) => damage?.includes(kind))
    .map((kind) => kindWords(t, kind))
    .join(t('list.comma'));
}

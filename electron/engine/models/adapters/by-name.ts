import type { ModelAdapter } from './adapter.ts';
import { articleAdapter } from './article.ts';
import { defectsAdapter } from './defects.ts';
import { photomendAdapter } from './photomend.ts';

/** The kinds of models, by the names that manifests call them. */
export const adapterNames = ['photomend', 'defects', 'article'] as const;
export type AdapterName = (typeof adapterNames)[number];

export const adapters: Readonly<Record<AdapterName, ModelAdapter>> = {
  photomend: photomendAdapter,
  defects: defectsAdapter,
  article: articleAdapter,
};

/** What can stand in the place of a model's id: our own choice, classical methods alone, texture in wide holes. */
const noModels = ['auto', 'none', 'texture'] as const;
export const textureChoice = 'texture' satisfies (typeof noModels)[number];

/** Whether a choice of a model names none of the registry. */
export function isNoModel(choice: string): boolean {
  return noModels.some((name) => name === choice);
}

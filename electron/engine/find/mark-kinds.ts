/** What a mark on a photo looks like. */
export const markKinds = ['stain', 'scratch', 'dust'] as const;
export type MarkKind = (typeof markKinds)[number];

export type ByMarkKind<T> = Readonly<Record<MarkKind, T>>;

interface Resolved {
  readonly url: string;
  readonly shortCircuit?: boolean;
}

/** Leads `electron` and `electron/main` to the stand-in. */
export async function resolve(
  specifier: string,
  context: unknown,
  next: (specifier: string, context: unknown) => Promise<Resolved>,
): Promise<Resolved> {
  if (specifier !== 'electron' && specifier !== 'electron/main') return next(specifier, context);
  return { url: new URL('./electron.js', import.meta.url).href, shortCircuit: true };
}

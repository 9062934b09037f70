/**
 * An object whose missing members throw instead of being undefined: nothing that the app comes to use may pass
 * unnoticed.
 */
export function guarded<T extends object>(name: string, object: T): T {
  const bound = new Map<unknown, unknown>();
  return new Proxy(object, {
    get(target, key) {
      if (!(key in target) && typeof key === 'string' && key !== 'then' && key !== 'toJSON') {
        throw new Error(
          `NotImplementedInStandin: electron.${name}.${key} is not implemented in the stand-in`,
        );
      }
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      // Private members are the target's own.
      if (!bound.has(value)) bound.set(value, value.bind(target));
      return bound.get(value);
    },
    set: (target, key, value) => Reflect.set(target, key, value, target),
  });
}

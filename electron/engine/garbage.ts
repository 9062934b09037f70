import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | null | undefined;

/**
 * Collects the garbage now, where V8 lets itself be told: it does not know when nobody waits, nor what memory outside of
 * it costs.
 */
export function collectGarbage(): void {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('typeof gc === "function" ? gc : null') as (() => void) | null;
  }
  collect?.();
}

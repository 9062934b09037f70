import type { MenuCommand } from '../../electron/ipc/contract.ts';

/** Everything that a key, a menu or a button can ask for. */
export type Command =
  | MenuCommand
  | 'tool-rectangle'
  | 'tool-brush'
  | 'tool-erase'
  | 'nudge'
  | 'nudge-far'
  | 'resize'
  | 'resize-far'
  | 'pan-by-space'
  | 'compare-before'
  | 'compare-half'
  | 'compare-after'
  | 'hold-original'
  | 'weaker'
  | 'stronger'
  | 'next-area'
  | 'previous-area';

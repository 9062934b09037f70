import type { Component } from 'svelte';

/** An entry of a menu; a line or a heading between entries. */
export type MenuEntry =
  | {
      readonly kind: 'item';
      readonly text: string;
      /** A second, quieter text. */
      readonly note?: string;
      /** Key that does the same, as in the table of shortcuts. */
      readonly keys?: string | undefined;
      readonly icon?: Component;
      readonly isDisabled?: boolean;
      readonly onselect: () => void;
    }
  | { readonly kind: 'line' }
  | { readonly kind: 'heading'; readonly text: string };

/** What came of work on a photo. */
export type WorkResult =
  | {
      /** Regions that were repaired. */
      readonly restored: number;
      /** Regions in good order, which were left alone. */
      readonly sound: number;
    }
  | {
      /** Places that were found to be damaged. */
      readonly found: number;
    }
  | {
      /** What became of the photo as a whole. */
      readonly whole: 'repaired' | 'sound';
    };

/** How the last work on a photo ended, and what a person should know about how it went. */
export type LastResult = WorkResult & { readonly notices: readonly string[] };

import type { EventName, RequestName } from './channels.ts';
import type { EventData, Input, Output, Reply } from './contract.ts';

type Call<K extends RequestName> = (argument: Input<K>) => Promise<Reply<Output<K>>>;

/** What the preload puts on `window.photomend`: one function per request, and nothing that takes a path. */
export type PhotomendApi = {
  readonly [K in Exclude<RequestName, 'photos.openDropped' | 'batch.openDropped'>]: Call<K>;
} & {
  /** Files from a drop; the preload learns their paths and hands them to main. */
  readonly openDropped: (files: readonly File[]) => ReturnType<Call<'photos.openDropped'>>;
  readonly batchDropped: (files: readonly File[]) => ReturnType<Call<'batch.openDropped'>>;
  /** Returns a function that ends the subscription. */
  readonly on: <K extends EventName>(event: K, listener: (data: EventData<K>) => void) => () => void;
};

import type { PhotomendApi } from '../../electron/ipc/api.ts';
import type { ErrorInfo, Reply, SaveChoices, Saved } from '../../electron/ipc/contract.ts';
import type { PhotoSession } from '../editor/photo-session.svelte.ts';
import type { Status } from './status.svelte.ts';

/** A rectangle in pixels of the photo. */
export interface Part {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** `closed`: the person thought better of it. */
export type SaveEnd =
  | { readonly state: 'saved' | 'closed' }
  | { readonly state: 'failed'; readonly error: ErrorInfo };

/** Writes results to files and to the clipboard; only here does anything happen to the person's files. */
export class Saving {
  #isBusy = $state(false);
  readonly #api: PhotomendApi;
  readonly #status: Status;

  constructor(api: PhotomendApi, status: Status) {
    this.#api = api;
    this.#status = status;
  }

  /** One thing is written at a time. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** `photo-restored.jpg` beside the photo. */
  async copy(session: PhotoSession): Promise<void> {
    const end = await this.#save(this.#api['save.copy'](work(session)));
    if (end.state === 'saved') session.markSaved();
    if (end.state === 'failed') this.#status.fail(end.error);
  }

  /** With the choices of the dialog, which shows the error where there is one. */
  async as(session: PhotoSession, choices: SaveChoices): Promise<SaveEnd> {
    const end = await this.#save(this.#api['save.as']({ ...work(session), choices }));
    if (end.state === 'saved') session.markSaved();
    return end;
  }

  /** A part of the picture; the photo as a whole counts as unsaved still. */
  async selection(session: PhotoSession, rect: Part, choices: SaveChoices): Promise<SaveEnd> {
    return this.#save(this.#api['save.selection']({ ...work(session), rect: { ...rect }, choices }));
  }

  /** The work itself: regions, repairs and where the photo is. Masks that are on their way come first. */
  async project(session: PhotoSession): Promise<void> {
    const reply = await this.#alone(
      session
        .keepNow()
        .then(() => this.#api['save.project']({ photo: session.info.id, document: session.document })),
    );
    if (!reply.ok) {
      this.#status.fail(reply.error);
    } else if (reply.value !== null) {
      const { id, name } = reply.value;
      this.#status.say({ key: 'status.saved', values: { name }, savedId: id });
      session.markSaved();
    }
  }

  /** The regions in a file beside the photo, where a batch looks for them. Masks that are on their way come first. */
  async regions(session: PhotoSession): Promise<void> {
    const reply = await this.#alone(
      session.keepNow().then(() => {
        const regions = session.markedRegions.map((region) => $state.snapshot(region));
        return this.#api['save.regions']({ photo: session.info.id, regions });
      }),
    );
    if (!reply.ok) return this.#status.fail(reply.error);
    const { id, name } = reply.value;
    this.#status.say({ key: 'status.saved', values: { name }, savedId: id });
  }

  /** The picture, or a part of it. */
  async clipboard(session: PhotoSession, rect?: Part): Promise<void> {
    const request = { ...work(session), ...(rect !== undefined && { rect: { ...rect } }) };
    const reply = await this.#alone(this.#api['save.clipboard'](request));
    if (reply.ok) this.#status.say({ key: rect === undefined ? 'status.copied' : 'status.copied-part' });
    else this.#status.fail(reply.error);
  }

  /** Shows a saved file in the file manager. */
  async reveal(savedId: string): Promise<void> {
    const reply = await this.#api['save.reveal']({ id: savedId });
    if (!reply.ok) this.#status.fail(reply.error);
  }

  async #save(request: Promise<Reply<Saved>>): Promise<SaveEnd> {
    const reply = await this.#alone(request);
    if (!reply.ok) return { state: 'failed', error: reply.error };
    if (reply.value === null) return { state: 'closed' };
    const { id, name, lost } = reply.value;
    this.#status.say({ key: 'status.saved', values: { name }, savedId: id, lost });
    return { state: 'saved' };
  }

  async #alone<T>(request: Promise<Reply<T>>): Promise<Reply<T>> {
    this.#isBusy = true;
    this.#status.clearProblem();
    this.#status.clearMessage();
    try {
      return await request;
    } finally {
      this.#isBusy = false;
    }
  }
}

function work(session: PhotoSession) {
  return { photo: session.info.id, layers: session.layers() };
}

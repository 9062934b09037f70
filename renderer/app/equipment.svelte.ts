import type { PhotomendApi } from '../../electron/ipc/api.ts';
import type { Device, ErrorInfo, Reply } from '../../electron/ipc/contract.ts';
import type { ModelInfo } from '../../electron/ipc/models.ts';

/** A list that main makes on request. */
export class Listing<Item> {
  #items = $state.raw<readonly Item[]>();
  #error = $state.raw<ErrorInfo>();
  #isLoading = $state(false);
  readonly #request: () => Promise<Reply<Item[]>>;

  constructor(request: () => Promise<Reply<Item[]>>) {
    this.#request = request;
  }

  get items(): readonly Item[] | undefined {
    return this.#items;
  }

  get error(): ErrorInfo | undefined {
    return this.#error;
  }

  get isLoading(): boolean {
    return this.#isLoading;
  }

  /** Asks once; a failure is asked again next time. */
  async load(): Promise<void> {
    if (this.#isLoading || this.#items !== undefined) return;
    await this.refresh();
  }

  /** Asks again; what is known stays until the answer comes. */
  async refresh(): Promise<void> {
    this.#isLoading = true;
    const reply = await this.#request();
    this.#isLoading = false;
    this.#items = reply.ok ? reply.value : undefined;
    this.#error = reply.ok ? undefined : reply.error;
  }
}

/** What this computer has for computing. */
export class Equipment {
  readonly models: Listing<ModelInfo>;
  /** Trying them out takes seconds the first time. */
  readonly devices: Listing<Device>;

  constructor(api: PhotomendApi) {
    this.models = new Listing(() => api['models.list']({}));
    this.devices = new Listing(() => api['devices.list']({}));
  }
}

import type { PhotomendApi } from '../../electron/ipc/api.ts';
import type { EventData, StartState } from '../../electron/ipc/contract.ts';
import type { Place } from '../../electron/ipc/places.ts';
import { PhotoSession } from '../editor/photo-session.svelte.ts';
import { FolderDesk } from '../folder/folder-desk.svelte.ts';
import { Language } from '../i18n/language.svelte.ts';
import { ModelShelf } from '../models/model-shelf.svelte.ts';
import { TrainingDesk } from '../training/training-desk.svelte.ts';
import { CommandRunner } from './command-runner.ts';
import { Equipment } from './equipment.svelte.ts';
import { Opening } from './opening.svelte.ts';
import { type MakeSession, Photos } from './photos.svelte.ts';
import { Preferences } from './preferences.svelte.ts';
import { Saving } from './saving.svelte.ts';
import { withSharedEvents } from './shared-events.ts';
import { Status } from './status.svelte.ts';

export type DialogName = 'settings' | 'shortcuts' | 'save-as' | 'export-selection';
export type EngineState = EventData<'engine.state'>['state'];

/** The state of the window, and what can be done in it. */
export class App {
  readonly platform: StartState['platform'];
  readonly version: string;
  readonly language: Language;
  readonly status = new Status();
  readonly photos: Photos;
  readonly opening: Opening;
  readonly saving: Saving;
  readonly preferences: Preferences;
  readonly equipment: Equipment;
  readonly shelf: ModelShelf;
  readonly training: TrainingDesk;
  readonly folder: FolderDesk;
  readonly commands: CommandRunner;
  place = $state<Place>('photo');
  dialog = $state<DialogName>();
  isPanelOpen = $state(true);
  #engine = $state<EngineState>('ready');
  readonly #api: PhotomendApi;
  readonly #unsubscribe: (() => void)[];

  /** @param makeSession how a photo's session is made; tests bring their own */
  constructor(bridge: PhotomendApi, start: StartState, makeSession?: MakeSession) {
    const api = withSharedEvents(bridge);
    this.#api = api;
    this.platform = start.platform;
    this.version = start.version;
    this.language = new Language(start.language);
    this.preferences = new Preferences(start.settings, { api, language: this.language, status: this.status });
    const services = { api, settings: () => this.preferences.settings };
    this.photos = new Photos(
      makeSession ??
        (({ info, document, hasUnsavedEdits }) => {
          const session = new PhotoSession(info, document, services);
          if (hasUnsavedEdits === false) session.takeAsSaved();
          return session;
        }),
    );
    this.opening = new Opening({
      api,
      photos: this.photos,
      status: this.status,
      onOpened: () => {
        this.place = 'photo';
      },
    });
    this.opening.recent = start.recent;
    this.opening.unsaved = start.unsaved;
    this.saving = new Saving(api, this.status);
    this.equipment = new Equipment(api);
    this.shelf = new ModelShelf(api, this.equipment.models);
    this.training = new TrainingDesk(api, {
      status: this.status,
      onModels: () => void this.equipment.models.refresh(),
    });
    this.folder = new FolderDesk(api, () => {
      const session = this.photos.active;
      if (session === undefined) return undefined;
      const { name, width, height } = session.info;
      return { name, width, height, regions: session.markedRegions };
    });
    this.commands = new CommandRunner(this);
    this.opening.take(start.opened);
    this.#unsubscribe = [
      api.on('photos.opened', (opened) => this.opening.take(opened)),
      api.on('recent.changed', (recent) => {
        this.opening.recent = recent;
      }),
      api.on('engine.state', ({ state }) => {
        this.#engine = state;
      }),
      api.on('settings.changed', (data) => this.preferences.take(data)),
      api.on('menu.command', ({ command }) => this.commands.runFromMenu(command)),
    ];
  }

  get engine(): EngineState {
    return this.#engine;
  }

  /** Closes a photo, after asking where repairs would be lost. */
  async close(session: PhotoSession): Promise<void> {
    const { id, name } = session.info;
    if (session.hasUnsavedEdits) {
      const answer = await this.#api['app.confirm']({ question: 'discard-edits', name });
      if (!answer.ok || !answer.value) return;
    }
    const reply = await this.#api['photos.close']({ photo: id });
    // A photo that main has forgotten is closed as well.
    if (!reply.ok && reply.error.code !== 'photo/closed') this.status.fail(reply.error);
    else this.photos.remove(id);
  }

  dispose(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.shelf.dispose();
    this.training.dispose();
    this.folder.dispose();
    for (const session of this.photos.list) session.dispose();
  }
}

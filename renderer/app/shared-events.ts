import type { PhotomendApi } from '../../electron/ipc/api.ts';
import type { EventName } from '../../electron/ipc/channels.ts';

type Listener = (data: never) => void;

/**
 * The bridge with one subscription for each event, however many listen: a folder of a thousand photos must not make
 * every report of progress cross the bridge a thousand times.
 */
export function withSharedEvents(api: PhotomendApi): PhotomendApi {
  const shared = new Map<EventName, { readonly listeners: Set<Listener>; readonly end: () => void }>();

  function subscribe(event: EventName) {
    const listeners = new Set<Listener>();
    const end = api.on(event, (data) => {
      for (const listener of [...listeners]) listener(data as never);
    });
    const made = { listeners, end };
    shared.set(event, made);
    return made;
  }

  const on: PhotomendApi['on'] = (event, listener) => {
    const { listeners, end } = shared.get(event) ?? subscribe(event);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0 || shared.get(event)?.listeners !== listeners) return;
      shared.delete(event);
      end();
    };
  };
  return { ...api, on };
}

import { record } from './control.ts';
import { guarded } from './unimplemented.ts';

type ProtocolHandler = (request: Request) => Response | Promise<Response>;
type RequestFilter = (details: { url: string }, decide: (response: { cancel?: boolean }) => void) => void;

export const schemeHandlers = new Map<string, ProtocolHandler>();
const privileges = new Map<string, Record<string, boolean>>();
let isRegistered = false;
let filter: RequestFilter | undefined;

const plainProtocol = {
  registerSchemesAsPrivileged(
    schemes: readonly { scheme: string; privileges?: Record<string, boolean> }[],
  ): void {
    if (isRegistered) throw new Error('protocol.registerSchemesAsPrivileged can be called once');
    isRegistered = true;
    for (const each of schemes) privileges.set(each.scheme, each.privileges ?? {});
    record('protocol.registerSchemesAsPrivileged', schemes);
  },
  handle(scheme: string, handler: ProtocolHandler): void {
    if (schemeHandlers.has(scheme)) throw new Error(`The scheme has been registered: ${scheme}`);
    schemeHandlers.set(scheme, handler);
  },
  isProtocolHandled: (scheme: string) => schemeHandlers.has(scheme),
};
export const protocol = guarded('protocol', plainProtocol);

/** `scheme://host` as Chromium sees it here; see README.md. */
export function toChromium(url: string): string {
  return url.replace(/^([a-z]+):\/\/([^/]+)/, (whole, scheme: string, host: string) =>
    privileges.has(scheme) ? `http://${host}.${scheme}.localhost` : whole,
  );
}

export function fromChromium(url: string): string {
  return url.replace(/http:\/\/([^./]+)\.([a-z]+)\.localhost/, (whole, host: string, scheme: string) =>
    privileges.has(scheme) ? `${scheme}://${host}` : whole,
  );
}

/** Whether the app cancels a request. */
export function isCancelled(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    if (filter === undefined) resolve(false);
    else filter({ url: fromChromium(url) }, ({ cancel = false }) => resolve(cancel));
  });
}

/** Answers Chromium's request through the app's own handler. */
export async function handleScheme(url: string, headers: HeadersInit): Promise<Response> {
  const asked = fromChromium(url);
  const handler = schemeHandlers.get(new URL(asked).protocol.slice(0, -1));
  if (handler === undefined) return new Response('no handler', { status: 502 });
  const answer: unknown = await handler(new Request(asked, { headers }));
  if (answer instanceof Response && answer.type === 'error') throw new Error('ERR_FAILED');
  if (answer instanceof Response) return answer;
  throw new Error('ERR_UNEXPECTED: the handler gave no Response');
}

const defaultSession = guarded('session', {
  protocol,
  setPermissionRequestHandler: (handler: unknown) =>
    record('session.setPermissionRequestHandler', typeof handler),
  setPermissionCheckHandler: (handler: unknown) =>
    record('session.setPermissionCheckHandler', typeof handler),
  setDevicePermissionHandler: (handler: unknown) =>
    record('session.setDevicePermissionHandler', typeof handler),
  setSpellCheckerEnabled: (enabled: boolean) => record('session.setSpellCheckerEnabled', enabled),
  webRequest: guarded('webRequest', {
    onBeforeRequest: (listener: RequestFilter) => {
      filter = listener;
      record('webRequest.onBeforeRequest', typeof listener);
    },
  }),
});
export const session = guarded('session', { defaultSession });

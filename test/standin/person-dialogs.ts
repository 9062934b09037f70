import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { chromiumHost } from './chromium.ts';

interface Options {
  readonly title?: string;
  readonly message?: string;
  readonly detail?: string;
  readonly buttons?: readonly string[];
  readonly cancelId?: number;
  readonly defaultPath?: string;
  readonly properties?: readonly string[];
  readonly filters?: readonly { readonly extensions: readonly string[] }[];
}

const style = `body{font:14px system-ui;margin:24px;color-scheme:light dark}li{cursor:pointer;padding:2px 6px}
li:focus,li:hover{background:Highlight;color:HighlightText}ul{list-style:none;padding:0;height:60vh;overflow:auto}
button{font:inherit;padding:6px 16px;margin:8px 8px 0 0}input{font:inherit;width:100%;box-sizing:border-box;padding:6px}`;

/** Plain dialogs in a page of their own, for people who run the app without Electron's program. */
export async function askPerson(kind: string, options: Options): Promise<unknown> {
  return kind === 'showMessageBox' ? messageBox(options) : fileBrowser(kind === 'showSaveDialog', options);
}

async function messageBox({
  message = '',
  detail = '',
  buttons = ['OK'],
  cancelId = 0,
}: Options): Promise<unknown> {
  const page = await chromiumHost.dialogPage();
  const response = await new Promise<number>((resolve) => {
    page.on('close', () => resolve(cancelId));
    void page.exposeFunction('answer', resolve).then(async () => {
      await page.setContent(`<title>Photomend</title><style>${style}</style><h3></h3><p></p><div></div>`);
      await page.evaluate(
        ({ message, detail, buttons }) => {
          const set = (name: string, text: string) => {
            const element = document.querySelector(name);
            if (element !== null) element.textContent = text;
          };
          set('h3', message);
          set('p', detail);
          for (const [index, text] of buttons.entries()) {
            const button = document.createElement('button');
            button.textContent = text;
            button.onclick = () => (window as unknown as { answer(index: number): void }).answer(index);
            document.querySelector('div')?.append(button);
            if (index === 0) button.focus();
          }
        },
        { message, detail, buttons: [...buttons] },
      );
    });
  });
  await page.close().catch(() => undefined);
  return { response, checkboxChecked: false };
}

async function fileBrowser(isSave: boolean, options: Options): Promise<unknown> {
  const page = await chromiumHost.dialogPage();
  const isFolder = options.properties?.includes('openDirectory') ?? false;
  const extensions = options.filters?.flatMap((filter) => filter.extensions) ?? ['*'];
  const chosen = await new Promise<string | undefined>((resolve) => {
    page.on('close', () => resolve(undefined));
    void (async () => {
      await page.exposeFunction('choose', (path: string | null) => resolve(path ?? undefined));
      await page.exposeFunction('list', (folder: string) => listing(folder, isFolder ? [] : extensions));
      await page.setContent(
        `<title>Photomend</title><style>${style}</style><h3></h3><input aria-label="Path"><ul></ul><button>OK</button><button>Cancel</button>`,
      );
      const start = options.defaultPath ?? join(homedir(), isSave ? 'Untitled' : '');
      await page.evaluate(browse, {
        title: options.title ?? '',
        folder: isSave ? dirname(start) : start,
        name: isSave ? basename(start) : '',
        isFolder,
      });
    })();
  });
  await page.close().catch(() => undefined);
  if (isSave) return { canceled: chosen === undefined, filePath: chosen ?? '' };
  return { canceled: chosen === undefined, filePaths: chosen === undefined ? [] : [chosen] };
}

/** Runs in the dialog's page. */
async function browse(start: {
  title: string;
  folder: string;
  name: string;
  isFolder: boolean;
}): Promise<void> {
  const world = window as unknown as {
    choose(path: string | null): void;
    list(folder: string): Promise<{ name: string; isFolder: boolean }[]>;
  };
  const [heading, field, list] = ['h3', 'input', 'ul'].map((name) => document.querySelector(name));
  const [ok, cancel] = document.querySelectorAll('button');
  if (heading === null || list === null || !(field instanceof HTMLInputElement)) return;
  heading.textContent = start.title;
  const separator = start.folder.includes('\\') ? '\\' : '/';
  const show = async (folder: string): Promise<void> => {
    field.value = folder + separator + start.name;
    const entries = [{ name: '..', isFolder: true }, ...(await world.list(folder))];
    list.replaceChildren(
      ...entries.map((entry) => {
        const item = document.createElement('li');
        item.tabIndex = 0;
        item.textContent = entry.isFolder ? `${entry.name}${separator}` : entry.name;
        const path =
          entry.name === '..'
            ? folder.slice(0, folder.lastIndexOf(separator)) || separator
            : `${folder}${separator}${entry.name}`;
        const open = () => {
          if (entry.isFolder) void show(path);
          else field.value = path;
        };
        item.onclick = open;
        item.onkeydown = (event) => {
          if (event.key === 'Enter') open();
        };
        return item;
      }),
    );
  };
  ok.onclick = () => world.choose(field.value.replace(/[\\/]$/, ''));
  cancel.onclick = () => world.choose(null);
  field.onkeydown = (event) => {
    if (event.key === 'Enter') ok.click();
  };
  await show(start.folder.replace(/[\\/]$/, ''));
  field.focus();
}

async function listing(
  folder: string,
  extensions: readonly string[],
): Promise<{ name: string; isFolder: boolean }[]> {
  const names = await readdir(folder === '' ? '/' : folder).catch(() => []);
  const entries = await Promise.all(
    names
      .filter((name) => !name.startsWith('.'))
      .map(async (name) => ({
        name,
        isFolder: await stat(join(folder === '' ? '/' : folder, name)).then(
          (found) => found.isDirectory(),
          () => false,
        ),
      })),
  );
  const fits = (name: string) =>
    extensions.includes('*') || extensions.some((extension) => name.toLowerCase().endsWith(`.${extension}`));
  return entries
    .filter((entry) => entry.isFolder || fits(entry.name))
    .sort((a, b) => Number(b.isFolder) - Number(a.isFolder) || a.name.localeCompare(b.name));
}

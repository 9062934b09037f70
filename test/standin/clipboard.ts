import { onCommand } from './control.ts';
import { guarded } from './unimplemented.ts';

type Content = string | Blob | Promise<string | Blob>;

export class ClipboardItem {
  readonly #items: Record<string, Content>;

  constructor(items: Record<string, Content>) {
    this.#items = items;
  }

  get types(): string[] {
    return Object.keys(this.#items);
  }

  async getType(type: string): Promise<Blob> {
    const content = await this.#items[type];
    if (content === undefined) throw new Error(`The clipboard has no ${type}.`);
    return typeof content === 'string' ? new Blob([content], { type }) : content;
  }
}

let content: ClipboardItem[] = [];

export const clipboard = guarded('clipboard', {
  read: async () => content,
  write: async (items: ClipboardItem[]) => {
    content = items;
  },
  clear: () => {
    content = [];
  },
});

onCommand('clipboard.setPng', (base64: string) => {
  content = [
    new ClipboardItem({ 'image/png': new Blob([Buffer.from(base64, 'base64')], { type: 'image/png' }) }),
  ];
});
onCommand('clipboard.getPng', async () => {
  const blob = await content[0]?.getType('image/png');
  return blob === undefined ? null : Buffer.from(await blob.arrayBuffer()).toString('base64');
});

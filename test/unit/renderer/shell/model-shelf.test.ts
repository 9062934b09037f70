import { describe, expect, test } from 'vitest';
import type { Reply } from '../../../../electron/ipc/contract.ts';
import type { CatalogueModelInfo, ModelDraft, ModelInfo } from '../../../../electron/ipc/models.ts';
import { Listing } from '../../../../renderer/app/equipment.svelte.ts';
import { ModelShelf } from '../../../../renderer/models/model-shelf.svelte.ts';
import { failed, fakeApi, ok } from './fake-api.ts';

const model: ModelInfo = {
  id: 'yunet',
  name: 'YuNet',
  licence: 'MIT',
  source: '',
  family: 'yunet',
  damage: [],
  bytes: 100,
  bundled: false,
  trained: false,
  isDefault: false,
  canBeDefault: false,
};
const offered: CatalogueModelInfo = {
  id: 'yunet',
  name: 'YuNet',
  family: 'yunet',
  licence: 'MIT',
  commercial: true,
  page: 'https://github.com/x',
  bytes: 100,
  isHere: false,
};
const draft: ModelDraft = {
  draft: '00000000-0000-4000-8000-000000000000',
  name: 'a.onnx',
  family: 'image',
  damage: ['blur'],
  bytes: 5,
  guessed: [],
};

function shelfWith(answers: Parameters<typeof fakeApi>[0]) {
  const fake = fakeApi({ 'models.list': () => ok([]), 'models.catalogue': () => ok([offered]), ...answers });
  const shelf = new ModelShelf(fake.api, new Listing(() => fake.api['models.list']({})));
  return { ...fake, shelf };
}

describe('imports', () => {
  test('a file that tells all is imported at once, and the lists are asked anew', async () => {
    const { shelf, names } = shelfWith({
      'models.choose': () => ok(draft),
      'models.import': () => ok(model),
    });
    await shelf.choose();
    expect(names()).toEqual(['models.choose', 'models.import', 'models.list', 'models.catalogue']);
    expect(shelf.draft).toBeUndefined();
  });

  test('one that does not waits for answers; an error keeps it waiting', async () => {
    let reply: Reply<ModelInfo> = failed('model/wrong-output');
    const { shelf, calls } = shelfWith({
      'models.choose': () => ok({ ...draft, guessed: ['range'] }),
      'models.import': () => reply,
    });
    await shelf.choose();
    expect(shelf.draft?.name).toBe('a.onnx');
    await shelf.answer({ range: '-1..1' });
    expect(shelf.error?.code).toBe('model/wrong-output');
    expect(shelf.draft).toBeDefined();
    reply = ok(model);
    await shelf.answer({ range: '0..1' });
    expect([shelf.error, shelf.draft]).toEqual([undefined, undefined]);
    expect(calls.at(-3)).toEqual({
      name: 'models.import',
      argument: { draft: draft.draft, answers: { range: '0..1' } },
    });
  });

  test('a closed dialog changes nothing', async () => {
    const { shelf, names } = shelfWith({ 'models.choose': () => ok(null) });
    await shelf.choose();
    expect(names()).toEqual(['models.choose']);
  });
});

describe('downloads', () => {
  test('show their progress and end in the list', async () => {
    let finish: (reply: Reply<ModelInfo>) => void = () => {};
    const { shelf, emit, names } = shelfWith({
      'models.download': () => new Promise((resolve) => (finish = resolve)),
    });
    const downloading = shelf.download(offered);
    emit('models.progress', { id: 'yunet', receivedBytes: 40, bytes: 100 });
    emit('models.progress', { id: 'other', receivedBytes: 1, bytes: 2 });
    expect([...shelf.downloads]).toEqual([['yunet', { receivedBytes: 40, bytes: 100 }]]);
    shelf.cancelDownload('yunet');
    finish(failed('download/cancelled'));
    await downloading;
    expect(shelf.downloads.size).toBe(0);
    expect(shelf.error).toBeUndefined();
    expect(names()).toContain('models.cancelDownload');
  });

  test('that fail say why', async () => {
    const { shelf } = shelfWith({ 'models.download': () => failed('download/wrong-file') });
    await shelf.download(offered);
    expect(shelf.error?.code).toBe('download/wrong-file');
  });
});

test('a model is removed only after asking', async () => {
  let answer = false;
  const { shelf, names } = shelfWith({ 'app.confirm': () => ok(answer) });
  await shelf.remove(model);
  expect(names()).toEqual(['app.confirm']);
  answer = true;
  await shelf.remove(model);
  expect(names()).toContain('models.remove');
});

import { EventEmitter } from 'node:events';
import type { BrowserWindow } from 'electron';
import { describe, expect, test, vi } from 'vitest';
import { Closing, layersOf } from '../../../electron/desktop/closing.ts';
import type { Translate } from '../../../electron/desktop/language.ts';
import { type OpenPhoto, OpenPhotos } from '../../../electron/desktop/open/open-photos.ts';

function staged(unsaved: number, response: number) {
  const photos = new OpenPhotos();
  for (let i = 0; i < unsaved; i++) {
    photos.add({
      info: { id: String(i), name: `${i}.jpg` },
      document: { regions: [], edits: [] },
      hasUnsavedEdits: true,
    } as unknown as OpenPhoto);
  }
  const showMessageBox = vi.fn(async () => ({ response, checkboxChecked: false }));
  const saveCopy = vi.fn(async () => ({}) as never);
  const discardAll = vi.fn(async () => {});
  const onSaveFailed = vi.fn();
  const closing = new Closing({
    photos,
    dialog: { showMessageBox } as never,
    t: () => ((key: string) => key) as Translate,
    saveCopy,
    onSaveFailed,
    discardAll,
  });
  const window = new EventEmitter();
  const afterwards = vi.fn();
  const stay = vi.fn();
  closing.watch(window as BrowserWindow, afterwards, stay);
  const close = async () => {
    const event = { preventDefault: vi.fn() };
    window.emit('close', event);
    await vi.waitFor(() => expect(true).toBe(true));
    await new Promise((resolve) => setTimeout(resolve, 5));
    return event;
  };
  return { close, showMessageBox, saveCopy, discardAll, afterwards, stay, onSaveFailed };
}

describe('closing the window', () => {
  test('without unsaved work it just closes', async () => {
    const { close, showMessageBox, afterwards } = staged(0, 0);
    await close();
    expect(showMessageBox).not.toHaveBeenCalled();
    expect(afterwards).toHaveBeenCalledOnce();
    expect((await close()).preventDefault).not.toHaveBeenCalled();
  });

  test('"Cancel" keeps it open', async () => {
    const { close, afterwards, discardAll, stay } = staged(1, 2);
    expect((await close()).preventDefault).toHaveBeenCalled();
    expect(afterwards).not.toHaveBeenCalled();
    expect(discardAll).not.toHaveBeenCalled();
    // A quit that led here is over.
    expect(stay).toHaveBeenCalledOnce();
  });

  test('"Close without saving" closes', async () => {
    const { close, afterwards, saveCopy, discardAll } = staged(1, 1);
    await close();
    expect(saveCopy).not.toHaveBeenCalled();
    expect(discardAll).toHaveBeenCalledOnce();
    expect(afterwards).toHaveBeenCalledOnce();
  });

  test('"Save copies" saves every photo first; a closed dialog or an error keeps the window', async () => {
    const all = staged(2, 0);
    await all.close();
    expect(all.saveCopy).toHaveBeenCalledTimes(2);
    expect(all.afterwards).toHaveBeenCalledOnce();
    const stopped = staged(2, 0);
    stopped.saveCopy.mockResolvedValueOnce(null as never);
    await stopped.close();
    expect(stopped.saveCopy).toHaveBeenCalledOnce();
    expect(stopped.afterwards).not.toHaveBeenCalled();
    const failed = staged(1, 0);
    failed.saveCopy.mockRejectedValueOnce(new Error('disk full'));
    await failed.close();
    expect(failed.onSaveFailed).toHaveBeenCalledOnce();
    expect(failed.discardAll).not.toHaveBeenCalled();
  });
});

test('layers are the patches of the edits that are switched on, in their order', () => {
  const edit = (id: string, enabled: boolean, strength: number) =>
    ({ id, enabled, strength, patches: [{ id: `${id}1` }, { id: `${id}2` }] }) as never;
  expect(
    layersOf({ regions: [], edits: [edit('a', true, 0.5), edit('b', false, 1), edit('c', true, 1)] }),
  ).toEqual([
    { patch: 'a1', strength: 0.5 },
    { patch: 'a2', strength: 0.5 },
    { patch: 'c1', strength: 1 },
    { patch: 'c2', strength: 1 },
  ]);
});

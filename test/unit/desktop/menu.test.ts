import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, test, vi } from 'vitest';
import { menuCommands } from '../../../electron/ipc/contract.ts';

vi.mock('electron', () => ({ Menu: {} }));
const { menuTemplate } = await import('../../../electron/desktop/menu.ts');
const { languageFor, translations } = await import('../../../electron/desktop/language.ts');

function leaves(items: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return items.flatMap((item) =>
    Array.isArray(item.submenu) ? leaves(item.submenu) : item.type === 'separator' ? [] : [item],
  );
}

describe('the menu', () => {
  test.each(['en', 'zh-CN'] as const)('has every command, in %s', async (language) => {
    const { t } = await translations(language);
    for (const platform of ['win32', 'darwin', 'linux'] as const) {
      const command = vi.fn();
      const items = leaves(menuTemplate(t, { command, quit: () => {} }, platform));
      const ids = items.flatMap(({ id }) => (id === undefined || id === 'quit' ? [] : [id]));
      expect([...ids].sort()).toEqual([...menuCommands].sort());
      for (const { label } of items) expect(label).not.toMatch(/menu\./);
      const keys = items.flatMap(({ accelerator }) =>
        accelerator === undefined ? [] : [String(accelerator)],
      );
      expect(new Set(keys).size).toBe(keys.length);
      for (const item of items) if (item.id === 'undo') item.click?.({} as never, undefined, {} as never);
      expect(command).toHaveBeenCalledExactlyOnceWith('undo');
    }
  });

  test('changes its language without a restart', async () => {
    const words = await translations('en');
    expect(words.t('menu.file')).toBe('File');
    await words.change('zh-CN');
    expect(words.t('menu.file')).toBe('文件');
    expect(words.t('ask.unsaved', { count: 3 })).toBe('有 3 张照片的修复尚未保存。');
    await words.change('en');
    expect(words.t('ask.unsaved', { count: 1 })).toBe('One photo has repairs that are not saved.');
  });
});

test('the language is the chosen one, else the first of the system that there is', () => {
  expect(languageFor('zh-CN', ['en-US'])).toBe('zh-CN');
  expect(languageFor('system', ['de-DE', 'zh-Hans-CN', 'en'])).toBe('zh-CN');
  expect(languageFor('system', ['en-GB', 'zh-CN'])).toBe('en');
  expect(languageFor('system', ['de-DE'])).toBe('en');
});

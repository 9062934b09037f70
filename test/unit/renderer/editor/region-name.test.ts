import { expect, test } from 'vitest';
import { regionName } from '../../../../renderer/editor/region-name.ts';
import { Language } from '../../../../renderer/i18n/language.svelte.ts';
import { rect } from './fixtures.ts';

test('screen readers hear where a region is', () => {
  const region = { rect: rect(40, 60, 120, 80) };
  expect(regionName(new Language('en').t, 1, region)).toBe('Region 1, 120 by 80 pixels at 40, 60');
  expect(regionName(new Language('zh-CN').t, 1, region)).toBe('区域 1，120 × 80 像素，位于 40, 60');
});

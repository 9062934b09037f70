import { expect, test } from 'vitest';
import type { Analysis } from '../../../../electron/ipc/contract.ts';
import { defaultSettings } from '../../../../electron/ipc/settings.ts';
import { firstChoices, meaningfulChoices } from '../../../../renderer/dialogs/save-choices.ts';
import { visibleFrames } from '../../../../renderer/filmstrip/window.ts';
import { Language } from '../../../../renderer/i18n/language.svelte.ts';
import {
  bytes,
  duration,
  percent,
  timeLeft,
  whenDone,
  zoomPercent,
} from '../../../../renderer/words/amounts.ts';
import { confidenceKey, damageWords } from '../../../../renderer/words/damage.ts';
import { providerName, reasonWords } from '../../../../renderer/words/devices.ts';
import { errorWords } from '../../../../renderer/words/errors.ts';
import { certaintyKey, editWords, foundWords, stepWords } from '../../../../renderer/words/found.ts';
import { modelOptions, modelTitle } from '../../../../renderer/words/models.ts';
import { noticeWords } from '../../../../renderer/words/notices.ts';
import { regionWords } from '../../../../renderer/words/regions.ts';
import { resultMessage } from '../../../../renderer/words/results.ts';

const english = new Language('en');
const chinese = new Language('zh-CN');
const { t } = english;
const grid = (pitchX: number, pitchY: number) => ({ pitchX, pitchY, offsetX: 0, offsetY: 0 });

test('what was found, and how sure that is', () => {
  expect(foundWords(t, { kind: 'dust', damage: { kind: 'fill' } })).toBe('Dust');
  expect(foundWords(t, { kind: 'mosaic', damage: { kind: 'mosaic', grid: grid(8, 8) } })).toBe(
    'Mosaic, 8 px squares',
  );
  expect([0.3, 0.5, 0.7, 0.9].map((certainty) => t(certaintyKey(certainty)))).toEqual([
    'doubtful',
    'perhaps',
    'likely',
    'clear',
  ]);
});

test('what the repair of a whole photo did, step by step', () => {
  const report = { marks: 2, fading: 0.4, noise: null, jpeg: 55 };
  expect(stepWords(t, 'marks', report)).toBe('2 places found and repaired');
  expect(stepWords(t, 'fading', report)).toBe('Faded; put right');
  expect(stepWords(t, 'noise', report)).toBe('No noise worth smoothing');
  expect(stepWords(chinese.t, 'jpeg', report)).toBe('已平滑质量 55 的压缩痕迹');
  expect(stepWords(t, 'fading', { ...report, fading: 0 })).toBe('Tones were in good order');
});

test('repairs are called by what was found, else by what was repaired', () => {
  const layer = {
    id: 'a',
    patches: [],
    strength: 1,
    enabled: true,
    provider: 'cpu',
    seconds: 1,
    madeAt: '2026-03-04T12:00:00Z',
  };
  const region = {
    id: 'b',
    rect: { x: 0, y: 0, width: 9, height: 9 },
    damage: 'auto' as const,
    model: 'auto',
  };
  const damage = { kind: 'fill' as const };
  expect(editWords(t, { ...layer, region, damage })).toBe('Fill from the surroundings');
  expect(editWords(t, { ...layer, region: { ...region, found: 'scratch' }, damage })).toBe('Scratches');
  const steps = { marks: true, fading: true, noise: true, jpeg: true };
  const report = { marks: 0, fading: 1, noise: null, jpeg: null };
  expect(editWords(t, { ...layer, whole: { steps, report, model: 'auto' } })).toBe('Whole photo');
});

test('sizes of files', () => {
  expect(bytes(812_345, 'en')).toBe('812 kB');
  expect(bytes(1_234_567, 'en')).toBe('1.2 MB');
  expect(bytes(123_456_789, 'en')).toBe('123 MB');
});

test('scales and parts', () => {
  expect(percent(0.456, 'en')).toBe('46\u00a0%');
  expect(percent(0.456, 'zh-CN')).toBe('46%');
  expect(zoomPercent(0.0634, 'en')).toBe('6.3\u00a0%');
  expect(zoomPercent(1.5, 'en')).toBe('150\u00a0%');
});

test('times', () => {
  expect(timeLeft(t, 3.2)).toBe('about 4 s left');
  expect(timeLeft(t, 31)).toBe('about 35 s left');
  expect(timeLeft(t, 61)).toBe('about 2 minutes left');
  expect(duration(1.234, 'en')).toBe('1.2 sec');
  const now = new Date('2026-03-04T12:00:00');
  expect(whenDone('2026-03-04T09:05:00', 'en', now)).toMatch(/^9:05/);
  expect(whenDone('2026-03-03T09:05:00', 'en', now)).toMatch(/Mar 3, 2026/);
});

test('damage with its measure', () => {
  expect(damageWords(t, { kind: 'mosaic', grid: grid(8, 8) })).toBe('Mosaic, 8 px squares');
  expect(damageWords(t, { kind: 'mosaic', grid: grid(8, 10.33) })).toBe('Mosaic, 8 × 10.3 px blocks');
  expect(damageWords(t, { kind: 'blur', sigmaPx: 3.04 })).toBe('Blur, about 3 px');
  expect(damageWords(t, { kind: 'fill' })).toBe('Fill from the surroundings');
  expect(confidenceKey(0.9)).toBe('sure.very');
  expect(confidenceKey(0.7)).toBe('sure.quite');
  expect(confidenceKey(0.5)).toBe('sure.little');
});

test('regions are named by what is known of them', () => {
  const region = { id: '', rect: { x: 0, y: 0, width: 9, height: 9 }, model: 'auto' };
  const done = (found: Analysis['found'], candidates: Analysis['candidates'] = []) =>
    ({ state: 'done', analysis: { found, candidates } }) as const;
  const blur = { damage: { kind: 'blur' as const, sigmaPx: 2 }, confidence: 0.7 };
  const words = (
    ...[damage, analysis, isSound = false]: [
      Parameters<typeof regionWords>[1]['damage'],
      Parameters<typeof regionWords>[2],
      boolean?,
    ]
  ) => regionWords(english, { ...region, damage }, analysis, isSound);
  expect(words('auto', { state: 'running' }).title).toBe('Looking…');
  expect(words('auto', done(blur))).toEqual({ title: 'Blur, about 2 px', note: 'likely' });
  expect(words('auto', done(null)).title).toBe('Nothing wrong found');
  expect(words('auto', done(null), true).title).toBe('Looked sound and was left alone');
  expect(words('blur', done(null, [blur]))).toEqual({ title: 'Blur, about 2 px', note: 'set by hand' });
  expect(words('stain', undefined).title).toBe('Stains');
  expect(words({ kind: 'mosaic', grid: grid(5, 5) }, undefined).title).toBe('Mosaic, 5 px squares');
  const error = { code: 'region/outside', message: '', data: {} };
  expect(words('auto', { state: 'failed', error }).note).toBe('The rectangle lies outside the photo.');
});

test('errors in the language that is shown; unknown ones in their own words', () => {
  const error = { code: 'photo/truncated', message: 'x', hint: 'y', data: {} };
  expect(errorWords(english, error).hint).toBe('Open what can be read of it, or get the file again.');
  expect(errorWords(chinese, error).message).toBe('照片不完整：文件缺少一部分。');
  expect(errorWords(chinese, { ...error, code: 'photo/brand-new' })).toEqual({ message: 'x', hint: 'y' });
  expect(errorWords(english, { ...error, code: 'restore/cancelled' }).hint).toBeUndefined();
});

test('a change of language reaches the words', () => {
  const language = new Language('en');
  expect(language.t('result.repaired', { count: 1 })).toBe('One region repaired.');
  expect(language.t('result.repaired', { count: 3 })).toBe('3 regions repaired.');
  language.change('zh-CN');
  expect(language.t('result.repaired', { count: 1 })).toBe('已修复 1 个区域。');
  expect(language.current).toBe('zh-CN');
});

test('results', () => {
  expect(resultMessage({ restored: 2, sound: 0 })).toEqual({ key: 'result.repaired', values: { count: 2 } });
  expect(resultMessage({ found: 0 }).key).toBe('whole:result.clean');
  expect(resultMessage({ found: 2 }).values).toEqual({ count: 2 });
  expect(resultMessage({ whole: 'repaired' }).key).toBe('whole:result.repaired');
  expect(resultMessage({ restored: 0, sound: 1 }).key).toBe('result.sound');
  expect(resultMessage({ restored: 1, sound: 1 }).key).toBe('result.mixed');
});

test('what the engine says in English is told again', () => {
  expect(
    reasonWords(chinese.t, "NVIDIA's libcudnn.so.9 is not installed; CUDA 12 and cuDNN 9 are needed"),
  ).toBe('未安装 NVIDIA 的 libcudnn.so.9；需要 CUDA 12 和 cuDNN 9。');
  expect(reasonWords(t, 'no graphics adapter was found')).toBe('no graphics card was found.');
  expect(reasonWords(t, 'something new')).toBe('something new');
  expect(noticeWords(chinese.t, 'provider-failed')).toBe('显卡未能完成，已由处理器完成修复。');
  expect(providerName(t, 'cpu')).toBe('Processor');
  expect(providerName(t, 'npu')).toBe('npu');
});

test('models that fit the damage, and the chosen one in any case', () => {
  const fact = {
    licence: '',
    source: '',
    family: 'photomend',
    bytes: 1,
    bundled: true,
    trained: false,
    isDefault: false,
    canBeDefault: true,
  };
  const models = [
    { ...fact, id: 'a', name: 'A', damage: ['blur'] },
    { ...fact, id: 'b', name: 'B', damage: ['stain'] },
    { ...fact, id: 'c', name: 'YuNet', family: 'yunet', damage: [] },
  ];
  const values = (...its: Parameters<typeof modelOptions>) => modelOptions(...its).map(({ value }) => value);
  expect(values(english, models, 'blur', 'auto')).toEqual(['auto', 'a', 'none']);
  expect(values(english, models, 'stain', 'auto')).toEqual(['auto', 'b', 'texture', 'none']);
  expect(values(english, models, undefined, 'auto')).toEqual(['auto', 'a', 'b', 'texture', 'none']);
  expect(values(english, undefined, 'blur', 'gone')).toEqual(['auto', 'none', 'gone']);
});

test('models that came with the app are named in the language of the window, others as their makers named them', () => {
  const restorer = { id: 'restorer', name: 'Photomend restorer: blur and mosaics', bundled: true };
  expect(modelTitle(english, restorer)).toBe('Photomend restorer: blur and mosaics');
  expect(modelTitle(chinese, restorer)).toBe('Photomend 复原：模糊与马赛克');
  expect(modelTitle(chinese, { ...restorer, bundled: false })).toBe(restorer.name);
  expect(modelTitle(chinese, { id: 'mine', name: 'Mine', bundled: true })).toBe('Mine');
});

test('what the dialog for saving offers, and what it sends', () => {
  const photo = { format: 'gif', depth: 8 } as const;
  expect(firstChoices(photo, defaultSettings)).toMatchObject({
    format: 'png',
    hasOwnQuality: false,
    depth: 8,
  });
  const settings = { ...defaultSettings, saveFormat: 'webp', saveQuality: 70, keepMetadata: false } as const;
  const choices = firstChoices(photo, settings);
  expect(meaningfulChoices(choices)).toEqual({
    format: 'webp',
    quality: 70,
    keepMetadata: false,
    markAsReconstructed: true,
  });
  expect(meaningfulChoices({ ...choices, hasOwnQuality: false })).not.toHaveProperty('quality');
  expect(meaningfulChoices({ ...choices, format: 'tiff' })).not.toHaveProperty('quality');
  expect(meaningfulChoices({ ...choices, format: 'tiff', depth: 16 })).toMatchObject({ depth: 16 });
});

test('of thousands of frames only those in sight are drawn', () => {
  expect(visibleFrames(0, 600, 5000)).toEqual({ start: 0, end: 12 });
  const far = visibleFrames(80 * 2000, 600, 5000);
  expect(far.end - far.start).toBeLessThan(20);
  expect(far.start).toBeLessThan(2000);
  expect(visibleFrames(1e9, 600, 10)).toEqual({ start: 10, end: 10 });
});

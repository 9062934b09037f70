// Reads the sources instead of running them.
// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = new URL('../../../../', import.meta.url).pathname;
const namespaces = ['app', 'editor', 'errors', 'desktop', 'report', 'training', 'whole'] as const;

function words(language: 'en' | 'zh-CN', namespace: string): Record<string, string> {
  return JSON.parse(readFileSync(join(root, 'resources/locales', language, `${namespace}.json`), 'utf8'));
}

function sources(folder: string, extensions: RegExp): string {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && extensions.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
}

const stem = (key: string) => key.replace(/_(?:one|other)$/, '');
const placeholders = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).sort();
const renderer = sources('renderer', /\.(?:ts|svelte)$/);

test.each(namespaces)('both languages have the same texts with the same gaps: %s', (namespace) => {
  const english = words('en', namespace);
  const chinese = words('zh-CN', namespace);
  expect(Object.keys(chinese).sort()).toEqual(Object.keys(english).sort());
  for (const [key, text] of Object.entries(english)) {
    expect(text.trim(), key).not.toBe('');
    expect(placeholders(chinese[key]), key).toEqual(placeholders(text));
  }
});

test('every error that a person may meet is told in words', () => {
  const code = /'([a-z]+\/[a-z-]+)'/g;
  // These are met on the command line only, or are no errors.
  const others = /^(?:usage|weights|mosaic|pixels|application|image|text|font|video|svelte)\//;
  const found = [sources('electron', /\.ts$/), renderer].flatMap((text) =>
    [...text.matchAll(code)].map(([, its]) => its),
  );
  const codes = [...new Set(found)].filter((its) => !others.test(its)).sort();
  expect(codes.length).toBeGreaterThan(50);
  const translated = words('en', 'errors');
  expect(codes.filter((its) => !(its.replace('/', '.') in translated))).toEqual([]);
  const unused = Object.keys(translated)
    .map((key) => key.replace(/\.hint$/, ''))
    .filter((key) => !codes.includes(key.replace('.', '/')));
  expect(unused).toEqual([]);
});

test.each(['app', 'editor', 'training', 'whole'] as const)('no text is unused: %s', (namespace) => {
  const prefix = namespace === 'app' ? '' : `${namespace}:`;
  // Keys are written out, or made of a written prefix: `damage.${kind}`.
  const prefixes = [...renderer.matchAll(/`([a-z]+:)?([a-zA-Z-]+[.-][a-z-]*)\$\{/g)].map(
    ([, its = '', start]) => `${its}${start}`,
  );
  const unused = [...new Set(Object.keys(words('en', namespace)).map(stem))]
    .map((key) => `${prefix}${key}`)
    .filter((key) => !renderer.includes(`'${key}'`) && !prefixes.some((start) => key.startsWith(start)));
  expect(unused).toEqual([]);
});

test('no text is missing', () => {
  const known = new Set(
    namespaces.flatMap((namespace) =>
      Object.keys(words('en', namespace)).map(
        (key) => `${namespace === 'app' ? '' : `${namespace}:`}${stem(key)}`,
      ),
    ),
  );
  const used = [...renderer.matchAll(/\bt\(\s*'([^']+)'/g)].map(([, key]) => key);
  expect(used.length).toBeGreaterThan(100);
  expect(used.filter((key) => !known.has(key))).toEqual([]);
});

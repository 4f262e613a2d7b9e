/** Both languages must say everything: same keys, same placeholders, a sentence for each error and skip reason. */
import { describe, expect, it } from 'vitest';
import { SKIP_REASONS } from '../domain/picture.ts';
import { ERROR_CODES } from '../shared/errors.ts';
import { LANGUAGES } from '../state/shell/preferences.ts';
import { LANGUAGE_WORDS, type Language } from './resources.ts';

it('are there for every language that can be chosen', () => {
  expect(Object.keys(LANGUAGE_WORDS).sort()).toEqual([...LANGUAGES].sort());
});

type Words = ReadonlyMap<string, string>;

function flatten(value: object, prefix = ''): Map<string, string> {
  const words = new Map<string, string>();
  for (const [key, inner] of Object.entries(value) as [string, unknown][]) {
    if (typeof inner === 'string') words.set(prefix + key, inner);
    else if (typeof inner === 'object' && inner !== null) {
      for (const [path, text] of flatten(inner, `${prefix}${key}.`)) words.set(path, text);
    } else throw new Error(`${prefix}${key} is neither words nor a group`);
  }
  return words;
}

const PLURAL = /_(zero|one|two|few|many|other)$/;
/** A key with its plural forms counts once: languages have different numbers of forms. */
const baseOf = (key: string) => key.replace(PLURAL, '');
const baseKeys = (words: Words) => [...new Set([...words.keys()].map(baseOf))].sort();
const placeholders = (text: string) =>
  [...text.matchAll(/\{\{\s*(\w+)/g)].map((match) => match[1] ?? '').sort();

const languages = Object.keys(LANGUAGE_WORDS) as Language[];
const resources = { en: await LANGUAGE_WORDS.en(), 'zh-CN': await LANGUAGE_WORDS['zh-CN']() };
const namespaces = Object.keys(resources.en);

it('each file has its counterpart in the other language', () => {
  expect(Object.keys(resources['zh-CN']).sort()).toEqual(namespaces.toSorted());
  expect(namespaces).toContain('app');
});

describe.each(namespaces)('words of %s', (namespace) => {
  const english = flatten(resources.en[namespace] ?? {});
  const chinese = flatten(resources['zh-CN'][namespace] ?? {});

  it('have the same keys in both languages', () => {
    expect(baseKeys(chinese)).toEqual(baseKeys(english));
  });

  it('have the same placeholders in both languages', () => {
    for (const key of baseKeys(english)) {
      const own = english.get(key) ?? english.get(`${key}_other`) ?? '';
      const other = chinese.get(key) ?? chinese.get(`${key}_other`) ?? '';
      expect([key, ...placeholders(other)]).toEqual([key, ...placeholders(own)]);
    }
  });

  it('are never empty, and have every plural form of the language', () => {
    for (const [language, words] of [['en', english] as const, ['zh-CN', chinese] as const]) {
      const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
      for (const [key, text] of words) {
        expect(text.trim(), `${language} ${key}`).not.toBe('');
        const plural = PLURAL.exec(key);
        if (plural) for (const form of forms) expect(words.has(`${baseOf(key)}_${form}`), key).toBe(true);
      }
    }
  });
});

describe.each(languages)('sentences in %s', (language) => {
  const words = flatten(resources[language].errors ?? {});

  it.each(ERROR_CODES)('tell what happened and what to do: %s', (code) => {
    expect(words.has(`${code}.title`)).toBe(true);
    expect(words.has(`${code}.action`)).toBe(true);
  });

  it.each(SKIP_REASONS)('tell why a file was skipped: %s', (reason) => {
    expect(words.has(`skip.${reason}`)).toBe(true);
  });
});

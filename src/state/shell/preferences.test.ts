import { describe, expect, it } from 'vitest';
import { languageFor, parsePreferences } from './preferences.ts';

describe('preferences', () => {
  it('takes the first language of the browser that the app speaks', () => {
    expect(languageFor(['fr-FR', 'zh-TW', 'en'])).toBe('zh-CN');
    expect(languageFor(['EN-gb', 'zh'])).toBe('en');
    expect(languageFor(['fr'])).toBe('en');
    expect(languageFor([])).toBe('en');
  });

  it('keeps what is known and drops what is not', () => {
    expect(parsePreferences('{"language":"zh-CN","backend":"cpu","exact":true}', ['en'])).toEqual({
      language: 'zh-CN',
      backend: 'cpu',
      exact: true,
      backbone: null,
    });
    expect(parsePreferences('{"language":"xx","backend":7,"exact":"yes"}', ['zh'])).toEqual({
      language: 'zh-CN',
      backend: 'auto',
      exact: false,
      backbone: null,
    });
    expect(parsePreferences('{"backend":"wasm"}', ['en']).backend).toBe('cpu');
    expect(parsePreferences('{"backend":"wasm","exact":false}', ['en']).backend).toBe('wasm');
    expect(parsePreferences('{"backbone":"abc"}', ['en']).backbone).toBe('abc');
    expect(parsePreferences('{"backbone":7}', ['en']).backbone).toBeNull();
    for (const broken of ['{', 'null', '3', '']) {
      expect(parsePreferences(broken, ['en'])).toEqual({
        language: 'en',
        backend: 'auto',
        exact: false,
        backbone: null,
      });
    }
  });
});

import { expect, it } from 'vitest';
import { LANGUAGES } from '../state/shell/preferences.ts';
import { FRAME_WORDS, frameWordsOf } from './words.ts';

it('are there for every language that can be chosen, and name the host', () => {
  expect([...FRAME_WORDS.keys()].sort()).toEqual([...LANGUAGES].sort());
  for (const lang of LANGUAGES) expect(frameWordsOf(lang).start('example.org')).toContain('example.org');
});

it('cannot be others, whatever is given as the language', () => {
  for (const lang of ['', 'constructor', '<b>Train</b>'])
    expect(frameWordsOf(lang).start('example.org')).toBe('Download from example.org');
});

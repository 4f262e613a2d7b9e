import { describe, expect, it } from 'vitest';
import { parseHash, toHash } from './navigation.ts';

describe('navigation', () => {
  it('reads back what it writes', () => {
    for (const view of ['train', 'result'] as const) {
      expect(parseHash(toHash(view))).toEqual({ view, param: null });
      expect(parseHash(toHash(view, 'a/b %?#'))).toEqual({ view, param: 'a/b %?#' });
    }
  });

  it('hands on what it does not know', () => {
    for (const hash of ['', '#', '#/']) expect(parseHash(hash)).toEqual({ view: '', param: null });
    expect(parseHash('#/nowhere/x')).toEqual({ view: 'nowhere', param: 'x' });
  });

  it('survives a broken escape', () => {
    expect(parseHash('#/result/%E0%A4%A')).toEqual({ view: 'result', param: null });
  });
});

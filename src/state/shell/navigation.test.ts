import { describe, expect, it } from 'vitest';
import { parseHash, toHash, VIEWS } from './navigation.ts';

describe('navigation', () => {
  it('reads back what it writes', () => {
    for (const view of VIEWS) {
      expect(parseHash(toHash(view))).toEqual({ view, param: null });
      expect(parseHash(toHash(view, 'a/b %?#'))).toEqual({ view, param: 'a/b %?#' });
    }
  });

  it('leads to the pictures when the address says nothing known', () => {
    for (const hash of ['', '#', '#/', '#/nowhere', '#/nowhere/x']) {
      expect(parseHash(hash)).toEqual({ view: 'pictures', param: null });
    }
  });

  it('survives a broken escape', () => {
    expect(parseHash('#/result/%E0%A4%A')).toEqual({ view: 'result', param: null });
  });
});

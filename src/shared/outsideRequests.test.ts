import { describe, expect, it } from 'vitest';
import { countOutside, type OutsideEvent } from './outsideRequests.ts';

const asked = (address: string, isScript = false): OutsideEvent => ({ kind: 'asked', address, isScript });
const refused = (address: string, isScript = false): OutsideEvent => ({ kind: 'refused', address, isScript });

describe('countOutside', () => {
  it('is nothing where nothing was asked', () => {
    expect(countOutside([], [])).toEqual({ left: 0, refused: 0, hosts: [] });
  });

  it('counts each request that left, and names each host once', () => {
    const events = [asked('https://b.test/1'), asked('https://b.test/1'), asked('https://a.test:8080/x')];
    expect(countOutside(events, [])).toEqual({ left: 3, refused: 0, hosts: ['a.test:8080', 'b.test'] });
  });

  it('takes a refused script for refused, whichever is told first', () => {
    const script = [asked('https://a.test/x.js', true), refused('https://a.test/x.js', true)];
    for (const events of [script, [...script].reverse()])
      expect(countOutside(events, [])).toEqual({ left: 0, refused: 1, hosts: [] });
  });

  it('takes nothing else back for a refusal', () => {
    const events = [asked('https://a.test/'), refused('https://a.test/', true), refused('eval', true)];
    expect(countOutside(events, [])).toEqual({ left: 1, refused: 2, hosts: ['a.test'] });
  });

  it('does not count twice what the service worker saw as well, nor miss what it alone saw', () => {
    expect(countOutside([asked('https://a.test/')], ['https://a.test/']).left).toBe(1);
    expect(countOutside([], ['https://a.test/', 'https://c.test/'])).toEqual({
      left: 2,
      refused: 0,
      hosts: ['a.test', 'c.test'],
    });
  });
});

import { describe, expect, it } from 'vitest';
import { expandedLength } from './svgEntities.ts';

const laughs = (levels: number) => {
  const lines = Array.from(
    { length: levels },
    (_, i) => `<!ENTITY l${i} "${i === 0 ? 'ha' : `&l${i - 1};`.repeat(10)}">`,
  );
  return `<!DOCTYPE svg [${lines.join('')}]><svg><text>&l${levels - 1};</text></svg>`;
};

describe('expandedLength', () => {
  it('is 0 without entities, whatever stands for itself', () => {
    expect(expandedLength('<svg><text>&amp;&lt;&#65;</text></svg>')).toBe(0);
  });

  it('counts the addresses that drawing programs shorten', () => {
    const source = '<!DOCTYPE svg [<!ENTITY ns "http://a/">]><svg xmlns:a="&ns;" xmlns:b="&ns;"/>';
    expect(expandedLength(source)).toBe(2 * 'http://a/'.length);
  });

  it('grows tenfold with each level', () => {
    expect(expandedLength(laughs(3))).toBeGreaterThan(200);
    expect(expandedLength(laughs(10))).toBeGreaterThan(1e9);
  });

  it('has no end where one contains itself, or declares others', () => {
    expect(expandedLength('<!DOCTYPE svg [<!ENTITY a "&b;"><!ENTITY b "&a;">]><svg>&a;</svg>')).toBe(
      Infinity,
    );
    expect(expandedLength('<!DOCTYPE svg [<!ENTITY % a "x">%a;]><svg/>')).toBe(Infinity);
  });

  it('reads nothing from another file', () => {
    expect(expandedLength('<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg>&a;</svg>')).toBe(0);
  });
});

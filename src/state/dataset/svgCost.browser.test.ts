import { describe, expect, it } from 'vitest';
import { nestedUse, svgOf } from '../../testing/page/hostileSvg.ts';
import { MAX_SVG_COST, svgCost } from './svgCost.ts';

const costOf = (source: string) =>
  svgCost(new DOMParser().parseFromString(source, 'image/svg+xml').documentElement);

const times = (count: number, one: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => one(i));

/** Ten of each level refer to the one before. */
function nested(
  levels: number,
  wrap: (level: number, inner: string) => string,
  use: (level: number) => string,
) {
  const parts = times(levels, (level) =>
    wrap(level, level === 0 ? '<rect width="9" height="9"/>' : use(level - 1).repeat(10)),
  );
  return svgOf(`<defs>${parts.join('')}</defs>${use(levels - 1)}`);
}

const filled = (level: number) => `<rect width="9" height="9" fill="url(#p${level})"/>`;

describe('svgCost', () => {
  it('counts shapes once, and those that are used each time', async () => {
    expect(await costOf(svgOf('<circle r="5"/><rect width="5" height="5"/>'))).toBe(3);
    const one = await costOf(nestedUse(1));
    const two = await costOf(nestedUse(2));
    expect(one).toBeGreaterThan(20);
    expect(one).toBeLessThan(40);
    expect(two / one).toBeGreaterThan(8);
  });

  it('does not count what is defined and drawn nowhere', async () => {
    const idle = `<defs><g id="idle">${'<rect/>'.repeat(500)}</g></defs><circle r="5"/>`;
    expect(await costOf(svgOf(idle))).toBeLessThan(10);
  });

  it.each<[string, string]>([
    ['a map of 20,000 paths', svgOf(times(20_000, (i) => `<path d="M0 0 L${i} 9 ${i} 7z"/>`).join(''))],
    [
      'hundreds of shapes with gradients, by classes',
      svgOf(
        `<style>.a,.b{fill:url(#g)} .b{stroke:#000}</style><linearGradient id="g"><stop/><stop/></linearGradient>${'<path class="a b" d="M0 0h9v9z"/>'.repeat(600)}`,
      ),
    ],
    [
      'an icon with shadows and a mask',
      svgOf(
        `<filter id="f" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="4"/><feOffset/><feMerge><feMergeNode/></feMerge></filter><mask id="m"><rect width="9" height="9"/></mask>${'<g filter="url(#f)" mask="url(#m)"><path d="M0 0h9"/></g>'.repeat(20)}`,
      ),
    ],
    [
      'a symbol that is used a thousand times',
      svgOf(`<symbol id="s"><path d="M0 0h9"/><path d="M0 0h9"/></symbol>${'<use href="#s"/>'.repeat(1000)}`),
    ],
    ['a page of text', svgOf(`<text>${'word '.repeat(2000)}</text>`)],
    [
      'what refers to itself',
      svgOf(
        '<g id="a"><use href="#a"/></g><pattern id="p"><rect fill="url(#p)"/></pattern><rect fill="url(#p)"/>',
      ),
    ],
  ])('finds %s bearable', async (_what, source) => {
    expect(await costOf(source)).toBeLessThan(MAX_SVG_COST);
  });

  it.each<[string, string]>([
    ['nested use', nestedUse(7)],
    [
      'nested use by the older kind of address',
      nestedUse(7)
        .replaceAll(' href', ' xlink:href')
        .replace('<svg', '<svg xmlns:xlink="http://www.w3.org/1999/xlink"'),
    ],
    [
      'nested patterns',
      nested(7, (level, inner) => `<pattern id="p${level}" width="9" height="9">${inner}</pattern>`, filled),
    ],
    [
      'nested patterns that are inherited',
      nested(
        7,
        (level, inner) => `<pattern id="p${level}" width="9" height="9">${inner}</pattern>`,
        (level) => `<g fill="url(#p${level})"><rect width="9" height="9"/></g>`,
      ),
    ],
    [
      'nested masks',
      nested(
        7,
        (level, inner) => `<mask id="p${level}">${inner}</mask>`,
        (level) => `<rect mask="url(#p${level})"/>`,
      ),
    ],
    [
      'nested clip paths, by style',
      nested(
        7,
        (level, inner) => `<clipPath id="p${level}">${inner}</clipPath>`,
        (level) => `<rect style="clip-path: \\75rl(#p${level})"/>`,
      ),
    ],
    [
      'nested markers',
      nested(
        5,
        (level, inner) => `<marker id="p${level}">${inner}</marker>`,
        (level) => `<path marker-mid="url('#p${level}')" d="${'M0 0 L9 9 '.repeat(20)}"/>`,
      ),
    ],
    [
      'nested masks, by rules',
      svgOf(
        `<style>${times(7, (i) => `.u${i}{mask:url(#p${i})}`).join('')}</style>${times(7, (i) => `<mask id="p${i}">${i === 0 ? '<rect/>' : `<rect class="u${i - 1}"/>`.repeat(10)}</mask>`).join('')}<rect class="u6"/>`,
      ),
    ],
    [
      'a filter of endless noise',
      svgOf('<filter id="f"><feTurbulence numOctaves="999999"/></filter><rect filter="url(#f)"/>'),
    ],
    [
      'a filter over a huge region',
      svgOf(
        '<filter id="f" width="1000000" height="1000000"><feGaussianBlur/></filter><rect filter="url(#f)"/>',
      ),
    ],
    [
      'filters on each of a thousand groups',
      svgOf(`<filter id="f"><feGaussianBlur/></filter>${'<g filter="url(#f)"><rect/></g>'.repeat(1000)}`),
    ],
    ['a text of a million letters', svgOf(`<text>${'x'.repeat(1_000_000)}</text>`)],
    [
      'a text that is used a thousand times',
      svgOf(`<defs><text id="t">${'word '.repeat(200)}</text></defs>${'<use href="#t"/>'.repeat(1000)}`),
    ],
    [
      'a long path that is used a thousand times',
      svgOf(`<defs><path id="t" d="${'M0 0 L9 9 '.repeat(5000)}"/></defs>${'<use href="#t"/>'.repeat(1000)}`),
    ],
    [
      'a style sheet of thousands of rules over thousands of shapes',
      svgOf(`<style>${'*[x]{y:z}'.repeat(30_000)}</style>${'<rect/>'.repeat(10_000)}`),
    ],
    ['an SVG within, encoded', svgOf(`<image href="data:image/svg+xml;base64,${btoa(nestedUse(7))}"/>`)],
    [
      'an SVG within, as text',
      svgOf(`<image href="data:image/svg+xml,${encodeURIComponent(nestedUse(7))}"/>`),
    ],
    [
      'a chain of twenty thousand',
      svgOf(times(20_000, (i) => `<use id="u${i}" href="#u${i + 1}"/>`).join('')),
    ],
  ])('finds %s too much, at once', async (_what, source) => {
    const startMs = performance.now();
    expect(await costOf(source)).toBeGreaterThan(MAX_SVG_COST);
    expect(performance.now() - startMs).toBeLessThan(5_000);
  });

  it('counts the pixels of pictures within', async () => {
    // The head of a PNG says how large it is: 12,000 × 10,000 here.
    const head = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52];
    const text = String.fromCharCode(...head, 0, 0, 0x2e, 0xe0, 0, 0, 0x27, 0x10, 8, 2, 0, 0, 0, 0, 0, 0, 0);
    const image = `<image href="data:image/png;base64,${btoa(text)}"/>`;
    expect(await costOf(svgOf(image))).toBeGreaterThan(MAX_SVG_COST);
  });
});

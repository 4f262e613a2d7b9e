/** What drawing an SVG would take, counted before it is drawn: a few lines that use each other mean millions of shapes. */
import { sniff } from '../../dataset/sniff.ts';
import { createReferences, isInherited, type Reference } from './svgReferences.ts';

/**
 * Shapes, and what else takes as long as so many: about a second and 200 MB. Detailed maps have tens of thousands.
 * @see svgCost
 */
export const MAX_SVG_COST = 200_000;

/** Further on one element leads to the next by far more steps than any drawing has. */
const MAX_DEPTH = 1_500;
/** Pictures that hold SVGs that hold pictures. */
const MAX_EMBEDDED = 2;

/** In shapes, of 512 × 512 pixels: a step of a filter, and a mask or a pattern, which have a canvas of their own. */
const FILTER_STEP = 200;
const LAYER = 50;
/** A picture within: decoding so many pixels takes as long as a shape. */
const PIXELS = 500;
/** Characters of a path or a list of points that take as long as a shape. */
const PATH_CHARACTERS = 100;
/** Held against an element, so many selectors take as long as a shape. */
const SELECTORS = 1_000;

/** Drawn only where something refers to them. */
const UNDRAWN = new Set(
  'defs symbol pattern mask clipPath marker filter linearGradient radialGradient style script metadata title desc'.split(
    ' ',
  ),
);
const SHAPES = new Set('path rect circle ellipse line polyline polygon text tspan textPath'.split(' '));

function hrefOf(element: Element): string {
  return element.getAttribute('href') ?? element.getAttributeNS('http://www.w3.org/1999/xlink', 'href') ?? '';
}

const numberOf = (element: Element, name: string) => Number.parseFloat(element.getAttribute(name) ?? '') || 0;

/** Commands or points: a marker stands at each. */
function verticesOf(element: Element): number {
  const [path = '', points = ''] = ['d', 'points'].map((name) => element.getAttribute(name) ?? '');
  return 2 + (path.match(/[a-z]|-?[\d.]+/gi)?.length ?? 0) / 2 + points.split(/[\s,]+/).length / 2;
}

/** How many times the area that is drawn anyway, from sixteen times on. */
function areaOf(filter: Element): number {
  const side = (name: string) => {
    const text = filter.getAttribute(name) ?? '1';
    const value = Math.abs(Number.parseFloat(text)) || 1;
    if (text.endsWith('%')) return value / 100;
    return filter.getAttribute('filterUnits') === 'userSpaceOnUse' ? value / 512 : value;
  };
  return Math.max(1, (side('width') * side('height')) / 16);
}

/** One step of a filter, in steps of the usual kind. */
function stepsOf(primitive: Element): number {
  const order = Math.max(3, numberOf(primitive, 'order'));
  switch (primitive.localName) {
    case 'feTurbulence':
      return 3 * Math.max(1, numberOf(primitive, 'numOctaves'));
    case 'feConvolveMatrix':
      return (order * order) / 9;
    case 'feMorphology':
      return 1 + numberOf(primitive, 'radius') / 5;
    default:
      return 1;
  }
}

/** Bytes of a `data:` address; null for any other, which nothing is read from within a picture. */
function embeddedIn(address: string): Blob | null {
  const [, type = '', base64, data = ''] =
    /^\s*data:([^;,]*)[^,]*?(;base64)?,([\s\S]*)$/i.exec(address) ?? [];
  if (data === '') return null;
  try {
    const text = decodeURIComponent(data);
    const bytes = base64
      ? Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
      : new TextEncoder().encode(text);
    return new Blob([bytes], { type });
  } catch {
    // Neither base64 nor an encoded text: no browser draws it.
    return null;
  }
}

async function costOfEmbedded(blob: Blob, depth: number): Promise<number> {
  const found = await sniff(blob);
  if (found.kind !== 'picture') return found.kind === 'skip' && found.reason === 'tooLarge' ? Infinity : 1;
  if (found.format !== 'svg') return (found.widthPx * found.heightPx) / PIXELS;
  if (depth >= MAX_EMBEDDED) return Infinity;
  const inner = new DOMParser().parseFromString(await blob.text(), 'image/svg+xml');
  return svgCost(inner.documentElement, depth + 1);
}

/** Of all pictures within, by their element. */
async function costsOfEmbedded(root: Element, depth: number): Promise<ReadonlyMap<Element, number>> {
  const costs = new Map<Element, number>();
  for (const element of root.querySelectorAll('image, feImage')) {
    const blob = embeddedIn(hrefOf(element));
    if (blob) costs.set(element, await costOfEmbedded(blob, depth));
  }
  return costs;
}

/**
 * What drawing takes, in shapes: each time that an element is drawn, also through `use`, patterns, masks, markers and
 * filters; pictures within by their pixels, texts by their letters, style sheets by their rules. Never too low by much,
 * at times too high. Nothing is drawn and nothing laid out for it.
 * @param root of a parsed SVG
 * @returns at least 1; Infinity where it is sure to be too much
 */
export async function svgCost(root: Element, depth = 0): Promise<number> {
  const elements = [...root.querySelectorAll('*')];
  if (elements.length > MAX_SVG_COST) return Infinity;
  const references = createReferences(root);
  const embedded = await costsOfEmbedded(root, depth);
  const byId = new Map<string, Element>();
  for (const element of elements) if (element.id && !byId.has(element.id)) byId.set(element.id, element);
  const known = new Map<Element, Map<string, number>>();
  const open = new Set<Element>();
  let looks = 0;

  const costOfId = (id: string, inherited: readonly Reference[]): number => {
    const target = byId.get(id);
    if (!target) return 0;
    if (target.localName.endsWith('Gradient')) return 1;
    const isLayer = ['mask', 'pattern', 'filter'].includes(target.localName);
    return (isLayer ? LAYER : 0) + drawn(target, inherited);
  };

  /** Of an element that is drawn now, with what it inherits. */
  const drawn = (element: Element, inherited: readonly Reference[]): number => {
    const key = inherited.map(({ property, id }) => `${property} ${id}`).join(' ');
    const before = known.get(element)?.get(key);
    if (before !== undefined) return before;
    // What is within itself is not drawn a second time.
    if (open.has(element)) return 0;
    looks += 1;
    if (open.size > MAX_DEPTH || looks > 2 * MAX_SVG_COST) return Infinity;
    open.add(element);
    const cost = costOf(element, inherited);
    open.delete(element);
    known.set(element, (known.get(element) ?? new Map<string, number>()).set(key, cost));
    return cost;
  };

  const costOf = (element: Element, inherited: readonly Reference[]): number => {
    const own = references.of(element);
    const passed = [...inherited, ...own.filter(isInherited)];
    let cost = 1 + (embedded.get(element) ?? 0);
    for (const { id } of own.filter((one) => !isInherited(one))) cost += costOfId(id, []);
    if (SHAPES.has(element.localName)) {
      const length = ['d', 'points'].reduce(
        (sum, name) => sum + (element.getAttribute(name)?.length ?? 0),
        0,
      );
      cost += length / PATH_CHARACTERS;
      for (const { property, id } of passed) {
        cost += costOfId(id, []) * (property.startsWith('marker') ? verticesOf(element) : 1);
      }
    }
    const href = hrefOf(element).trim();
    if (href.startsWith('#')) cost += costOfId(decodeId(href), element.localName === 'use' ? passed : []);
    if (element.localName === 'filter') return cost + costOfFilter(element);
    for (const node of element.childNodes) {
      if (node instanceof Element) cost += UNDRAWN.has(node.localName) ? 1 : drawn(node, passed);
      else if (SHAPES.has(element.localName)) cost += node.nodeValue?.trim().length ?? 0;
      // A sum that is too large already needs no further look.
      if (cost > MAX_SVG_COST) return Infinity;
    }
    return cost;
  };

  const costOfFilter = (filter: Element): number => {
    const steps = [...filter.children].reduce((sum, primitive) => sum + stepsOf(primitive), 0);
    const within = [...filter.children].reduce((sum, primitive) => sum + drawn(primitive, []), 0);
    return within + steps * FILTER_STEP * areaOf(filter);
  };

  return drawn(root, []) + (references.ruleCount * elements.length) / SELECTORS;
}

/** An id as an address writes it. */
function decodeId(href: string): string {
  try {
    return decodeURIComponent(href.slice(1));
  } catch {
    return href.slice(1);
  }
}

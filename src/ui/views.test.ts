/** The contract of the registry: what every view must have, so that a folder alone makes one. */
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LANGUAGE_WORDS, type Language } from '../i18n/resources.ts';
import type { ViewDefinition } from './defineView.ts';
import { arrangeViews, BESIDE, DEFINITIONS, findView, ON_PHONE, STEPS } from './views.ts';

interface NavigationWords {
  readonly name?: unknown;
  readonly hint?: unknown;
}

const LANGUAGES = Object.keys(LANGUAGE_WORDS) as Language[];

// What starts the workers asks for the page's address as soon as it is imported; more of a page is not needed here.
beforeAll(() => vi.stubGlobal('document', { baseURI: 'http://localhost/' }));
afterAll(() => vi.unstubAllGlobals());

async function navigationWords(view: ViewDefinition, language: Language): Promise<NavigationWords> {
  const words = (await LANGUAGE_WORDS[language]())[view.words] as { nav?: NavigationWords } | undefined;
  return words?.nav ?? {};
}

describe.each(DEFINITIONS)('the view $id', (view) => {
  it.each(LANGUAGES)('has a name in %s, and a hint if it is a step', async (language) => {
    const { name, hint } = await navigationWords(view, language);
    expect(name).toMatch(/\S/);
    if ('step' in view) expect(hint).toMatch(/\S/);
  });

  it('has an icon', () => {
    expect(renderToStaticMarkup(createElement(view.Icon))).toMatch(/^<svg.*<path/);
  });

  it('can stand in an address', () => {
    expect(view.id).toMatch(/^[a-z][a-z-]*$/);
  });

  it('loads a component', async () => {
    const component = 'View' in view ? view.View : await view.load();
    expect(component).toBeTypeOf('function');
  });

  it('is found by its id, and in the navigation once', () => {
    expect(findView(view.id).id).toBe(view.id);
    expect([...STEPS, ...BESIDE].filter(({ id }) => id === view.id)).toHaveLength(1);
  });
});

describe('the views together', () => {
  it('are those of the seven folders and any that came since', () => {
    expect(DEFINITIONS.length).toBeGreaterThanOrEqual(7);
  });

  it.each(LANGUAGES)('have names of their own in %s', async (language) => {
    const names = await Promise.all(
      DEFINITIONS.map(async (view) => (await navigationWords(view, language)).name),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it('are numbered without a gap, and no more under the thumb than fit there', () => {
    expect(STEPS.map(({ step }) => step)).toEqual(STEPS.map((_, index) => index + 1));
    expect(BESIDE.map(({ beside }) => beside)).toEqual(BESIDE.map((_, index) => index + 1));
    expect(ON_PHONE.length).toBeLessThanOrEqual(6);
  });

  it('begin with the pictures, where an unknown address leads too', () => {
    expect(STEPS[0].id).toBe('pictures');
    for (const id of ['', 'nowhere', '__proto__']) expect(findView(id)).toBe(STEPS[0]);
  });

  it('include those that state itself leads to', () => {
    for (const id of ['train', 'result']) expect(findView(id).id).toBe(id);
  });

  it('have ids of their own, in the order that their numbers say', () => {
    const [first, ...others] = DEFINITIONS.toReversed();
    if (!first) throw new Error('there is no view');
    expect(() => arrangeViews([first, ...others, first])).toThrow(`two views have the id "${first.id}"`);
    const { steps, beside } = arrangeViews([first, ...others]);
    expect(steps.map(({ id }) => id)).toEqual(STEPS.map(({ id }) => id));
    expect(beside.map(({ id }) => id)).toEqual(BESIDE.map(({ id }) => id));
    expect(() => arrangeViews(DEFINITIONS.filter((view) => 'beside' in view))).toThrow('no view is a step');
  });
});

/** What the elements of an SVG refer to, by attribute, by style and by rule: drawing one may mean drawing another. */

/** A property that refers to elements of the same file, and whether those within inherit it. */
export interface Reference {
  readonly property: string;
  readonly id: string;
}

/** Those that elements within take over. */
const INHERITED = /^(fill|stroke|marker(-start|-mid|-end)?)$/;

export function isInherited({ property }: Reference): boolean {
  return INHERITED.test(property);
}

const URL_OF_ID = /url\(\s*["']?[^"')]*#([^"')\s]+)/gi;

/** CSS may write any letter as an escape: `\75 rl(` is `url(`. */
function unescaped(css: string): string {
  return css.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\\([0-9a-f]{1,6})\s?/gi, (_all, hex: string) => {
    const code = Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\uFFFD';
  });
}

function referencesIn(property: string, value: string): Reference[] {
  return [...value.matchAll(URL_OF_ID)].map(([, id = '']) => ({ property, id }));
}

function referencesOfDeclarations(css: string): Reference[] {
  // A semicolon within an address parts nothing that is looked for here.
  return css.split(';').flatMap((declaration) => {
    const colon = declaration.indexOf(':');
    const property = declaration.slice(0, colon).trim().toLowerCase();
    return colon < 0 ? [] : referencesIn(property, declaration.slice(colon + 1));
  });
}

export interface References {
  /** Rules of all style sheets: how many selectors each element is held against. */
  readonly ruleCount: number;
  of(element: Element): readonly Reference[];
}

/** Reads the style sheets once. A selector that is more than one name counts for every element. */
export function createReferences(root: Element): References {
  const bySelector = new Map<string, Reference[]>();
  let ruleCount = 0;
  for (const style of root.querySelectorAll('style')) {
    const css = unescaped(style.textContent ?? '');
    ruleCount += css.split(/[{,]/).length - 1;
    for (const [, selectors = '', declarations = ''] of css.matchAll(/([^{}]*)\{([^{}]*)\}/g)) {
      const found = referencesOfDeclarations(declarations);
      if (found.length === 0) continue;
      for (const selector of selectors.split(',')) {
        const name = selector.trim();
        const key = /^[.#]?[\w-]+$/.test(name) ? name : '*';
        bySelector.set(key, [...(bySelector.get(key) ?? []), ...found]);
      }
    }
  }
  return {
    ruleCount,
    of(element) {
      const found: Reference[] = [];
      for (const { name, value } of element.attributes) {
        if (name === 'style') found.push(...referencesOfDeclarations(unescaped(value)));
        else if (value.includes('(')) found.push(...referencesIn(name.toLowerCase(), unescaped(value)));
      }
      if (bySelector.size === 0) return found;
      const classes = (element.getAttribute('class') ?? '').split(/\s+/).map((name) => `.${name}`);
      const selectors = ['*', element.localName, `#${element.id}`, ...classes];
      return [...found, ...selectors.flatMap((selector) => bySelector.get(selector) ?? [])];
    },
  };
}

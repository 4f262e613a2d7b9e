/** `mantine.css` names the styles of every Mantine component in use, and of those that it is made of; none is forgotten. */
import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './paths.ts';

const MANTINE = join(ROOT, 'node_modules/@mantine/core');
const ALWAYS = ['baseline', 'default-css-variables', 'global'];
const STYLE_MODULE = '.module.mjs';

/** What the app imports from `@mantine/core`, types left out. */
async function importedNames(): Promise<ReadonlySet<string>> {
  const files = (await readdir(join(ROOT, 'src'), { recursive: true })).filter((file) =>
    /\.tsx?$/.test(file),
  );
  const names = new Set<string>();
  for (const file of files) {
    const source = await readFile(join(ROOT, 'src', file), 'utf8');
    for (const [, list = ''] of source.matchAll(/import \{([^}]*)\} from '@mantine\/core'/g)) {
      for (const name of list.split(',').map((part) => part.trim())) {
        if (name !== '' && !name.startsWith('type ')) names.add(name);
      }
    }
  }
  return names;
}

/** Exported name to its module, by Mantine's own index. */
function exportedModules(): ReadonlyMap<string, string> {
  const index = join(MANTINE, 'esm/index.mjs');
  const modules = new Map<string, string>();
  for (const [, list = '', path = ''] of readFileSync(index, 'utf8').matchAll(
    /import \{([^}]*)\} from "(\.[^"]+)"/g,
  )) {
    for (const name of list.split(',')) {
      modules.set(name.replace(/^.* as /, '').trim(), resolve(dirname(index), path));
    }
  }
  return modules;
}

/** The style modules that a module leads to. */
function stylesBehind(module: string, seen: Set<string>, found: Set<string>): void {
  if (seen.has(module)) return;
  seen.add(module);
  if (module.endsWith(STYLE_MODULE)) {
    found.add(basename(module, STYLE_MODULE));
    return;
  }
  for (const [, path = ''] of readFileSync(module, 'utf8').matchAll(/^import [^"]*"(\.[^"]+)"/gm)) {
    stylesBehind(resolve(dirname(module), path), seen, found);
  }
}

async function needed(): Promise<readonly string[]> {
  const modules = exportedModules();
  const found = new Set(ALWAYS);
  const seen = new Set<string>();
  for (const name of await importedNames()) {
    const module = modules.get(name);
    if (module === undefined) throw new Error(`@mantine/core has no ${name}`);
    stylesBehind(module, seen, found);
  }
  return [...found].filter((name) => existsSync(join(MANTINE, 'styles', `${name}.css`))).sort();
}

async function listed(): Promise<readonly string[]> {
  const sheet = await readFile(join(ROOT, 'src/ui/shell/mantine.css'), 'utf8');
  return [...sheet.matchAll(/@import "@mantine\/core\/styles\/([\w-]+)\.css"/g)].map(([, name = '']) => name);
}

describe('the styles of Mantine', () => {
  it('are those of the components in use', async () => {
    expect((await listed()).toSorted()).toEqual(await needed());
  });

  it('stand in the order of Mantine itself, since later rules win', async () => {
    const all = await readFile(join(MANTINE, 'styles.css'), 'utf8');
    const places = (await listed()).map((name) => {
      const own = readFileSync(join(MANTINE, 'styles', `${name}.css`), 'utf8').trim();
      return all.indexOf(own.slice(0, 150));
    });
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });
});

/**
 * Papers that name what is not there send a stranger the wrong way: every path, link and command that the docs, the README
 * and the comments of the sources name has to exist.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ROOT, shown } from './paths.ts';

/** Made by set-up, by a build or by a test run: not there on every clone. */
const GENERATED = [
  ...['dist', '.cache', 'node_modules', 'public/weights', 'public/samples', 'test-results', '../shared'],
  ...['src/compute/runtimes/wasm/inference/generated', 'src/compute/runtimes/wasm/training/generated'],
].map((path) => resolve(ROOT, path));
/** In comments: a file as the app is served, or as another program calls it. */
const NO_FILES_OF_OURS = /^(weights|samples|generated)\//;

const FOLDERS = 'src|tools|e2e|docs|public|\\.ci|\\.github';
/** A path from the root of the repository; what follows a placeholder (`<id>`, `{a,b}`, `*`, `…`) can be anything. */
const REPOSITORY_PATH = new RegExp(`(?<![\\w./@-])(?:${FOLDERS})/[^\\s\`'"(),;:|]*`, 'g');
const PLACEHOLDER = /[<{*…]|\bNAME\b|\bPATH\b/;
/** In a comment: a room and what is in it, */
const COMMENTED_ROOM = new RegExp(`\`(?:${listRooms().join('|')})/[\\w./-]+(?=\`)`, 'g');
/** or at least one slash and an extension. */
const COMMENTED_PATH =
  /(?<![\w./@:-])(?:\.{0,2}[\w@-]+\/|\.{1,2}\/)+[\w.-]+\.(?:tsx?|json|md|html|css|cjs|py)\b/g;
const LINK = /\]\(([^)\s]+)\)/g;
const SCRIPT = /\bnpm (?:run (?:--silent )?([a-z][\w:-]*)|(test|start)\b)/g;

function listRooms(): string[] {
  const entries = readdirSync(join(ROOT, 'src'), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

function isGenerated(path: string): boolean {
  return GENERATED.some((made) => path === made || path.startsWith(`${made}/`));
}

/** Whether a path leads somewhere, as far as it is written out. */
function leadsSomewhere(folder: string, path: string): boolean {
  const parts = path.replace(/[.)\]]+$/, '').split('/');
  const open = parts.findIndex((part) => PLACEHOLDER.test(part));
  const target = resolve(folder, ...(open < 0 ? parts : parts.slice(0, open)));
  return isGenerated(target) || existsSync(target);
}

/** Inline code and fenced blocks of a Markdown text. */
function codeOf(markdown: string): string {
  const fences = [...markdown.matchAll(/^```[^\n]*\n([\s\S]*?)^```/gm)].map(([, code]) => code);
  const rest = markdown.replaceAll(/^```[^\n]*\n[\s\S]*?^```/gm, '');
  return [...fences, ...[...rest.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code)].join('\n');
}

function linksOf(markdown: string): string[] {
  const text = markdown.replaceAll(/^```[^\n]*\n[\s\S]*?^```/gm, '').replaceAll(/`[^`\n]+`/g, '');
  return [...text.matchAll(LINK)]
    .map(([, target = '']) => target.replace(/#.*$/, ''))
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target));
}

function scriptsOf(text: string): string[] {
  return [...text.matchAll(SCRIPT)].map(([, script, short]) => script ?? short ?? '');
}

/** Comments of a source, without the addresses in them. Strings with two slashes come along, and do no harm. */
function commentsOf(source: string): string {
  const comments = [...source.matchAll(/\/\*[\s\S]*?\*\/|(?<!:)\/\/[^\n]*/g)].map(([comment]) => comment);
  return comments.join('\n').replaceAll(/https?:\/\/\S+/g, '');
}

const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));

/** What a page names and is not there. @param folder that links are seen from */
function missingInPage(markdown: string, folder: string): string[] {
  return [
    ...linksOf(markdown).filter((target) => !leadsSomewhere(folder, target)),
    ...[...codeOf(markdown).matchAll(REPOSITORY_PATH)]
      .map(([path]) => path)
      .filter((path) => !leadsSomewhere(ROOT, path)),
    ...missingScripts(markdown),
  ];
}

function missingScripts(text: string): string[] {
  return scriptsOf(text)
    .filter((script) => !Object.hasOwn(scripts, script))
    .map((script) => `npm run ${script}`);
}

/** What the comments of a source name and is not there: seen from the root, from `src/` or from beside the file. */
function missingInSource(source: string, folder: string): string[] {
  const comments = commentsOf(source);
  const rooms = [...comments.matchAll(COMMENTED_ROOM)].map(([path]) => path.slice(1));
  const paths = new Set([...[...comments.matchAll(COMMENTED_PATH)].map(([path]) => path), ...rooms]);
  const places = [ROOT, join(ROOT, 'src'), folder];
  return [
    ...[...paths].filter(
      (path) => !NO_FILES_OF_OURS.test(path) && !places.some((place) => leadsSomewhere(place, path)),
    ),
    ...missingScripts(comments),
  ];
}

function listFiles(folder: string, pattern: RegExp): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !isGenerated(file))
    .sort();
}

const PAGES = [join(ROOT, 'README.md'), ...listFiles('docs', /\.md$/)];
const SOURCES = ['src', 'tools', 'e2e'].flatMap((folder) => listFiles(folder, /\.tsx?$/));
/** Its own examples are wrong on purpose. */
const CHECKED_SOURCES = SOURCES.filter((file) => shown(file) !== relative(ROOT, import.meta.filename));

describe('the papers', () => {
  it.each(PAGES.map(shown))('%s names only what there is', (page) => {
    const file = join(ROOT, page);
    expect(missingInPage(readFileSync(file, 'utf8'), dirname(file))).toEqual([]);
  });

  it('are linked from the README or from one another', () => {
    const linked = PAGES.flatMap((file) =>
      linksOf(readFileSync(file, 'utf8')).map((target) => resolve(dirname(file), target)),
    );
    const unlinked = PAGES.slice(1).filter((file) => !linked.includes(file));
    expect(unlinked.map(shown)).toEqual([]);
  });

  it('and the comments of the sources name only files that there are', () => {
    const missing = CHECKED_SOURCES.flatMap((file) =>
      missingInSource(readFileSync(file, 'utf8'), dirname(file)).map((path) => `${shown(file)}: ${path}`),
    );
    expect(missing).toEqual([]);
  });
});

describe('the import table of ARCHITECTURE.md', () => {
  /** Of each room, what it may import and of what the types alone, both in order. */
  type Table = Readonly<Record<string, { readonly code: string[]; readonly types: string[] }>>;

  function readTable(): Table {
    const page = readFileSync(join(ROOT, 'docs/ARCHITECTURE.md'), 'utf8');
    const [, section = ''] = page.split('## Who may import whom');
    const namesOf = (cell = '') => [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name).sort();
    const rows = [...section.matchAll(/^\| `(\w+)` \|(.*?)\|(.*?)\|$/gm)];
    return Object.fromEntries(
      rows.map(([, room, code, types]) => [room, { code: namesOf(code), types: namesOf(types) }]),
    );
  }

  function readRules(): Table {
    const { forbidden } = z
      .object({
        forbidden: z.array(
          z.object({
            name: z.string(),
            to: z.object({ path: z.string().optional(), pathNot: z.string().optional() }),
          }),
        ),
      })
      .parse(createRequire(import.meta.url)('../.dependency-cruiser.cjs'));
    const roomsOf = (pattern = '') => /\(([\w|]+)\)/.exec(pattern)?.[1]?.split('|').sort() ?? [];
    const ruleOf = (name: string) => forbidden.find((rule) => rule.name === name);
    const rooms = forbidden.flatMap(({ name }) => /^room-(\w+)$/.exec(name)?.[1] ?? []);
    return Object.fromEntries(
      rooms.map((room) => {
        const types = roomsOf(ruleOf(`room-${room}-types-only`)?.to.path);
        const open = roomsOf(ruleOf(`room-${room}`)?.to.pathNot);
        return [room, { code: open.filter((name) => name !== room && !types.includes(name)), types }];
      }),
    );
  }

  it('is that of the rules', () => {
    const rules = readRules();
    expect(Object.keys(rules)).toContain('compute');
    expect(readTable()).toEqual(rules);
  });
});

describe('the check of the papers', () => {
  const fence = '```';

  it('finds paths, links and commands that lead nowhere', () => {
    const page = [
      'See `src/network/nowhere.ts`, [this](no-such-page.md#part) and `npm run nothing`.',
      `${fence}sh`,
      'npx vitest run tools/absent.test.ts',
      fence,
    ].join('\n');
    expect(missingInPage(page, join(ROOT, 'docs'))).toEqual([
      'no-such-page.md',
      'tools/absent.test.ts',
      'src/network/nowhere.ts',
      'npm run nothing',
    ]);
    expect(
      missingInSource('/** As in `compute/nowhere.ts`. */\n// see tools/nowhere.ts, `compute/no`', ROOT),
    ).toEqual(['compute/nowhere.ts', 'tools/nowhere.ts', 'compute/no']);
  });

  it('looks at what stands before a placeholder', () => {
    expect(missingInPage('`src/network/backbones/<id>/<id>.ts`, `src/**/*.test.ts`', ROOT)).toEqual([]);
    expect(missingInPage('`src/backbones/<id>/<id>.ts`', ROOT)).toEqual(['src/backbones/<id>/<id>.ts']);
  });

  it('lets be what is right, what is made and what is elsewhere', () => {
    const page =
      '[a](../README.md#use-it), [b](https://example.org/x.md), `public/weights/resnet50/manifest.json`, `npm test`';
    expect(missingInPage(page, join(ROOT, 'docs'))).toEqual([]);
    const source =
      '/** `network/cut.ts`; https://example.org/a/b.ts */\nconst url = "https://example.org/c/d.ts";';
    expect(missingInSource(source, ROOT)).toEqual([]);
  });
});

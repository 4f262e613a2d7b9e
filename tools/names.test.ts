/** One name, one meaning: a stranger who searches for a name finds one place. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { ROOT } from './paths.ts';

/** Names of files that say a file's role in its folder, and not what it is about. */
const ROLES = new Set([
  ...[
    'view.ts',
    'backbone.ts',
    'nodes.ts',
    'about.ts',
    'format.ts',
    'registry.ts',
    'runtime.ts',
    'opener.ts',
  ],
]);

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', 'src', 'tools'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .trim()
  .split('\n')
  .filter((file) => /\.tsx?$/.test(file) && existsSync(join(ROOT, file)));
// Kernels have a namespace of their own: each set is compiled into a module. Helpers of tests lie beside what they help.
const sources = files.filter((file) => !/\.test\.tsx?$/.test(file) && !/\/(assembly|testing)\//.test(file));

/** Functions that a file exports, arrow functions and components included. */
function exportedFunctions(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  return source.statements.flatMap((statement) => {
    const isExported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (!isExported) return [];
    if (ts.isFunctionDeclaration(statement))
      return statement.body && statement.name ? [statement.name.text] : [];
    if (!ts.isVariableStatement(statement)) return [];
    return statement.declarationList.declarations.flatMap(({ name, initializer }) =>
      ts.isIdentifier(name) && initializer && ts.isArrowFunction(initializer) ? [name.text] : [],
    );
  });
}

/** Those that come more than once, with their places. */
function repeated(named: readonly (readonly [name: string, place: string])[]): Record<string, string[]> {
  const places = new Map<string, string[]>();
  for (const [name, place] of named) places.set(name, [...(places.get(name) ?? []), place]);
  return Object.fromEntries([...places].filter(([, found]) => found.length > 1));
}

describe('names', () => {
  it('of exported functions are given once', () => {
    expect(sources.length).toBeGreaterThan(300);
    const named = sources.flatMap((file) => exportedFunctions(file).map((name) => [name, file] as const));
    expect(named.length).toBeGreaterThan(500);
    expect(repeated(named)).toEqual({});
  });

  it('of files are given once, but for those that say a file’s role in its folder', () => {
    // A file of domain/ says what a thing is; one of the same name elsewhere does something with it.
    const ours = sources.filter((file) => file.startsWith('src/') && !file.startsWith('src/domain/'));
    const named = ours.map((file) => [basename(file), file] as const);
    expect(repeated(named.filter(([name]) => !ROLES.has(name)))).toEqual({});
  });
});

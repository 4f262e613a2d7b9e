/** The measuring itself: what counts, what does not, and that too much is an error. */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkFirstLoad, FIRST_LOAD_BUDGET_BYTES, gzippedSize, measureFirstLoad } from './firstLoad.ts';
import { SetupError } from './say.ts';

const WORDS = 'src/i18n/other.ts';
/** As Vite writes it: two chunks that need each other's code, one for later, words that the page asks for itself. */
const MANIFEST = {
  'index.html': {
    file: 'assets/index.js',
    isEntry: true,
    imports: ['_shared.js'],
    dynamicImports: ['src/later.tsx', WORDS],
    css: ['assets/index.css'],
  },
  '_shared.js': { file: 'assets/shared.js', imports: ['index.html'], css: ['assets/shared.css'] },
  'src/later.tsx': { file: 'assets/later.js', imports: ['_shared.js'], css: ['assets/later.css'] },
  [WORDS]: { file: 'assets/words.js', isDynamicEntry: true },
};
const AT_START = ['index.html', 'assets/index.js', 'assets/index.css', 'assets/shared.js'];

let folder: string;

async function build(sizes: Readonly<Record<string, number>>): Promise<Record<string, Buffer>> {
  const contents: Record<string, Buffer> = {};
  const files = [
    'index.html',
    ...Object.values(MANIFEST).flatMap((chunk) => [chunk.file, ...('css' in chunk ? chunk.css : [])]),
  ];
  for (const file of files) {
    // Random: gzip makes nothing of it, so that sizes are what they look like.
    const content = randomBytes(sizes[file] ?? 100);
    contents[file] = content;
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), content);
  }
  await mkdir(join(folder, '.vite'));
  await writeFile(join(folder, '.vite/manifest.json'), JSON.stringify(MANIFEST));
  return contents;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'headstart-first-load-'));
  vi.spyOn(console, 'log').mockImplementation(() => {});
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

describe('the first load of a build', () => {
  it('is the page with what it imports and asks for, each once, and nothing for later', async () => {
    const contents = await build({ 'assets/later.js': 900_000 });
    const { files, gzippedBytes } = await measureFirstLoad(folder, [WORDS]);
    const expected = [...AT_START, 'assets/shared.css', 'assets/words.js'];
    expect(files.map(({ file }) => file).sort()).toEqual(expected.toSorted());
    const sizes = expected.map((file) => gzippedSize(contents[file] ?? Buffer.alloc(0)));
    expect(gzippedBytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
  });

  it('passes when it is just small enough', async () => {
    await build({ 'assets/shared.js': FIRST_LOAD_BUDGET_BYTES - 1500 });
    const load = await measureFirstLoad(folder, [WORDS]);
    expect(load.gzippedBytes).toBeGreaterThan(FIRST_LOAD_BUDGET_BYTES - 1500);
    expect(() => checkFirstLoad(load)).not.toThrow();
  });

  it.each(['index.html', 'assets/shared.js', 'assets/index.css', 'assets/words.js'])(
    'fails the build when %s makes it too much',
    async (file) => {
      await build({ [file]: FIRST_LOAD_BUDGET_BYTES });
      const load = await measureFirstLoad(folder, [WORDS]);
      expect(() => checkFirstLoad(load)).toThrow(SetupError);
    },
  );

  it('names a part that is no longer in the build', async () => {
    await build({});
    await expect(measureFirstLoad(folder, ['src/i18n/gone.ts'])).rejects.toThrow('src/i18n/gone.ts');
  });
});

/** Compiles the kernels of inference and of training from AssemblyScript: with and without relaxed SIMD and shared memory. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import asc from 'assemblyscript/asc';
import { KERNEL_BUILDS, type KernelBuild, MAX_SHARED_PAGES } from '../src/compute/runtimes/wasm/builds.ts';
import { isMain, ROOT, shown } from './paths.ts';
import { runMain, SetupError, say } from './say.ts';

const WASM_DIR = join(ROOT, 'src/compute/runtimes/wasm');
/** What the sets have in common. */
const COMMON_DIR = join(WASM_DIR, 'assembly');
const FEATURES: Readonly<Record<KernelBuild, string>> = { relaxed: 'simd,relaxed-simd', plain: 'simd' };
/** No runtime: the kernels work on addresses alone. */
const FLAGS = ['--runtime', 'stub', '--importMemory', '--noAssert', '-O3'];

/** Kernels that become one module: from `assembly/` of a folder of the runtime into `generated/` beside it. */
interface KernelSources {
  readonly folder: string;
  readonly sources: Readonly<Record<KernelBuild, readonly string[]>>;
}

const inferenceSources = [
  'activations.ts',
  'conv32.ts',
  'winograd32.ts',
  'depthwise32.ts',
  'depthwise8.ts',
  'maps.ts',
  'pools.ts',
  'softmax.ts',
];
const trainingSources = [
  ...['dense.ts', 'update.ts', 'gatherProduct.ts', 'kernelGradient.ts', 'reduceGradients.ts'],
  ...['elementwise.ts', 'activations.ts', 'windows.ts', 'batchStatistics.ts'],
  ...['winogradAddresses.ts', 'winogradIntoProducts.ts', 'winogradOutOfProducts.ts'],
  ...['winogradKernels.ts', 'winogradProducts.ts'],
];
const KERNEL_SETS: readonly KernelSources[] = [
  {
    folder: 'inference',
    sources: {
      relaxed: [...inferenceSources, 'conv8Relaxed.ts'],
      plain: [...inferenceSources, 'conv8Plain.ts'],
    },
  },
  {
    folder: 'training',
    sources: { relaxed: trainingSources, plain: trainingSources },
  },
];

/** AssemblyScript's decorator of functions, which TypeScript's own tools do not know: in the sources it is a comment. */
const withInlining = (source: string) => source.replaceAll(/^\/\/ @inline\n/gm, '@inline ');

/** What the compiler asks for: null where there is no such file. */
async function readSource(name: string, baseDir: string): Promise<string | null> {
  const text = await readFile(resolve(baseDir, name), 'utf8').catch(() => null);
  return text === null ? null : withInlining(text);
}

const sourceDirOf = (folder: string) => join(WASM_DIR, folder, 'assembly');
const generatedDirOf = (folder: string) => join(WASM_DIR, folder, 'generated');

/** Changes with the sources, with the compiler and with the flags. */
async function computeStamp(): Promise<string> {
  const settings = [KERNEL_SETS, FEATURES, FLAGS, MAX_SHARED_PAGES, asc.version, String(withInlining)];
  const hash = createHash('sha256').update(JSON.stringify(settings));
  for (const sourceDir of [COMMON_DIR, ...KERNEL_SETS.map(({ folder }) => sourceDirOf(folder))]) {
    for (const name of (await readdir(sourceDir)).sort()) {
      const file = join(sourceDir, name);
      hash.update(`${shown(file)}\0`).update(await readFile(file));
    }
  }
  return hash.digest('hex');
}

async function compile(
  { folder, sources }: KernelSources,
  build: KernelBuild,
  isShared: boolean,
): Promise<void> {
  const file = join(generatedDirOf(folder), `${build}${isShared ? '-shared' : ''}.wasm`);
  const shared = ['--sharedMemory', '--maximumMemory', String(MAX_SHARED_PAGES)];
  const args = [
    ...sources[build].map((name) => join(folder, 'assembly', name)),
    ...['--baseDir', WASM_DIR, '--outFile', file],
    ...FLAGS,
    ...['--enable', isShared ? `${FEATURES[build]},threads` : FEATURES[build]],
    ...(isShared ? shared : []),
  ];
  const { error, stderr } = await asc.main(args, { readFile: readSource });
  if (error) throw new SetupError(`The kernels do not compile.\n${stderr.toString()}`);
}

/** Makes the `.wasm` files that the app imports, unless they are there and fit the sources. @throws SetupError */
export async function buildKernels(): Promise<void> {
  const stamp = await computeStamp();
  for (const set of KERNEL_SETS) {
    const generatedDir = generatedDirOf(set.folder);
    const stampFile = join(generatedDir, 'built-from.txt');
    const isBuilt = (await readFile(stampFile, 'utf8').catch(() => '')) === stamp;
    if (!isBuilt) {
      say(`Compiling the kernels of ${set.folder} …`);
      await mkdir(generatedDir, { recursive: true });
      for (const build of KERNEL_BUILDS) {
        for (const isShared of [false, true]) {
          await compile(set, build, isShared);
        }
      }
      await writeFile(stampFile, stamp);
    }
    say(`Kernels: ready in ${shown(generatedDir)}`);
  }
}

if (isMain(import.meta.url)) await runMain(buildKernels);

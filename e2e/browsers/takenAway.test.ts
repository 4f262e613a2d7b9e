import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../tools/paths.ts';
import { ABILITIES, type Ability, toRemoval } from './takenAway.ts';

const KERNELS = ['inference', 'training'].map((part) => `src/compute/runtimes/wasm/${part}/generated`);
const readKernels = (build: string) =>
  KERNELS.map((folder) => [...readFileSync(join(ROOT, folder, `${build}.wasm`))]);

/** The value of an expression in a realm of its own from which the abilities were taken, twice as in a real build. */
function without(
  abilities: readonly Ability[],
  expression: string,
  data: unknown = null,
  before = '',
): Promise<unknown> {
  const removal = toRemoval(abilities);
  return new Promise((resolve, reject) => {
    const worker = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads');
      ${before}
      ${removal}
      ${removal}
      parentPort.postMessage(${expression});`,
      { eval: true, workerData: data },
    );
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

describe('what is taken away', () => {
  it('is relaxed SIMD and not the plain one', async () => {
    // Not every Node knows the relaxed one: here it takes everything that is not taken away.
    const validate = 'workerData.map((bytes) => WebAssembly.validate(new Uint8Array(bytes)))';
    const ask = (abilities: readonly Ability[], build: string) =>
      without(abilities, validate, readKernels(build), 'WebAssembly.validate = () => true;');
    expect(await ask([], 'relaxed')).toEqual([true, true]);
    expect(await ask(['relaxed SIMD'], 'relaxed')).toEqual([false, false]);
    expect(await ask(['relaxed SIMD'], 'plain')).toEqual([true, true]);
  });

  it('is the sending of shared memory and not the making of it, nor the sending of anything else', async () => {
    const send = (message: string) => `(() => {
      const memory = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true });
      const { port1, port2 } = new MessageChannel();
      try { port1.postMessage(${message}); return 'sent'; }
      catch (error) { return error.name; }
      finally { port1.close(); port2.close(); }
    })()`;
    expect(await without(['SharedArrayBuffer'], 'typeof SharedArrayBuffer')).toBe('undefined');
    expect(await without([], send('memory'))).toBe('sent');
    expect(await without(['SharedArrayBuffer'], send('memory'))).toBe('DataCloneError');
    expect(await without(['SharedArrayBuffer'], send('{ packed: { constants: memory } }'))).toBe(
      'DataCloneError',
    );
    expect(await without(['SharedArrayBuffer'], send('{ list: [new Uint8Array(3), null] }'))).toBe('sent');
  });

  it('harms no realm that never had it', async () => {
    for (const ability of ABILITIES) expect(await without([ability], '"fine"'), ability).toBe('fine');
    expect(await without(ABILITIES, '"fine"')).toBe('fine');
  });
});

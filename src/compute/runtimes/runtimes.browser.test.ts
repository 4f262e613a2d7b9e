import { beforeAll, describe, expect, it } from 'vitest';
import type { BackendName } from '../../domain/backends.ts';
import { BACKBONES } from '../../network/backbones/registry.ts';
import { runReference } from '../../network/reference.ts';
import { OP_CASES, opExamples, withOpWeights } from '../../testing/network/opCases.ts';
import { BACKEND_ORDER } from './choose/probeBackends.ts';
import { RUNTIMES, trainingRuntimeOf } from './registry.ts';
import { SELF_TEST_TOLERANCE } from './selfTest.ts';
import { activateBackend } from './tensorflow/activate.ts';

beforeAll(() => activateBackend('wasm'));

describe('the runtimes there are', () => {
  it('are named as their folders, each of which has both sides', () => {
    const foldersWith = (file: string) =>
      Object.keys(file === 'runtime' ? import.meta.glob('./*/runtime.ts') : import.meta.glob('./*/opener.ts'))
        .map((path) => path.split('/')[1])
        .sort();
    const names = RUNTIMES.map(({ name }) => name).sort();
    expect(foldersWith('runtime')).toEqual(names);
    expect(foldersWith('opener')).toEqual(names);
  });

  it('have one for each backend, and at last one that covers all', () => {
    for (const backend of BACKEND_ORDER) {
      expect(RUNTIMES.filter(({ backends }) => backends.includes(backend))).toHaveLength(1);
      expect(RUNTIMES.at(-1)?.trainsBeside).toContain(backend);
    }
    expect(RUNTIMES.filter(({ isFallback }) => isFallback)).toEqual([RUNTIMES.at(-1)]);
  });

  it.each<[BackendName, string]>([
    ['cpu', 'wasm'],
    ['wasm', 'wasm'],
    ['webgl', 'tensorflow'],
    ['webgpu', 'tensorflow'],
  ])('train beside %s on %s', async (backend, name) => {
    const [backbone] = BACKBONES;
    const runtime = await trainingRuntimeOf(backend, backbone?.buildNodes() ?? [], 'learning');
    expect(runtime.name).toBe(name);
  });
});

describe.each(RUNTIMES.map((runtime) => [runtime.name, runtime] as const))('the runtime %s', (_, runtime) => {
  it('covers every backbone, or says which node it does not, and why', async () => {
    for (const { id, buildNodes } of BACKBONES) {
      const nodes = buildNodes();
      const gaps = [runtime.inferenceGap(nodes, 'float32', {}), await runtime.trainingGap(nodes, 'learning')];
      for (const gap of gaps) {
        if (!gap) continue;
        expect(
          nodes.map(({ name }) => name),
          id,
        ).toContain(gap.nodeName);
        expect(gap.because).not.toBe('');
      }
      if (runtime.isFallback) expect(gaps).toEqual([null, null]);
    }
  });

  it.each(Object.entries(OP_CASES))('answers row by row as the plain loops do: %s', async (_case, nodes) => {
    const network = withOpWeights(nodes);
    const examples = opExamples();
    const forward = await runtime.openNetwork(network);
    try {
      const rows = Float32Array.from(examples.flatMap(({ values }) => [...values]));
      const expected = examples.flatMap((example) => [...runReference(network, example).values]);
      const actual = await forward.run(rows, examples.length);
      expect(actual).toHaveLength(expected.length);
      expected.forEach((value, i) => {
        expect(Math.abs((actual[i] ?? Number.NaN) - value)).toBeLessThan(SELF_TEST_TOLERANCE);
      });
      expect(forward.lost.aborted).toBe(false);
    } finally {
      forward.dispose();
    }
  });
});

import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { Arithmetic, BackendName, TensorflowBackend } from '../../../domain/backends.ts';
import type { NetworkNode } from '../../../network/network.ts';
import { createTestNetwork } from '../probeNetworks.ts';
import type { ProbeQuestion } from '../runtime.ts';
import { SELF_TEST_TOLERANCE } from '../selfTest.ts';
import { activateBackend } from '../tensorflow/activate.ts';
import { runSelfTest } from '../tensorflow/selfTestBackend.ts';
import { loadInferenceKernels } from '../wasm/inference/loadInferenceKernels.ts';
import { probeKernels } from '../wasm/probeKernels.ts';
import { probeBackends } from './probeBackends.ts';

const { nodes } = createTestNetwork();
const BACKENDS: readonly TensorflowBackend[] = ['wasm', 'webgl', 'webgpu'];

describe.each(BACKENDS)('%s', (name) => {
  it('comes up, answers the self-test and leaves no tensor behind', async () => {
    const active = await activateBackend(name);
    expect(tf.getBackend()).toBe(name);
    expect(active.software).toBe(name !== 'wasm');
    const before = tf.memory().numTensors;
    expect(await runSelfTest()).toBeLessThan(SELF_TEST_TOLERANCE);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('probeBackends', () => {
  it('times what runs on the processor, ranks software adapters without timing them, leaves out what was lost', async () => {
    const tested: BackendName[] = [];
    const probes = await probeBackends({
      preference: 'auto',
      lost: ['webgpu'],
      workersOn: () => 2,
      ...{ nodes, ranges: {}, arithmetics: ['int8', 'float32'] },
      onTesting: (name) => tested.push(name),
    });
    expect(tested).toEqual(['webgl', 'cpu', 'wasm']);
    expect(probes.map(({ name, fault }) => [name, fault])).toEqual([
      ['webgpu', 'lost'],
      ['webgl', null],
      ['cpu', null],
      ['wasm', null],
    ]);
    expect(probes[1]).toMatchObject({ software: true, estimatedMsPerPicture: null });
    expect(probes[2]?.estimatedMsPerPicture).toBeGreaterThan(0);
    expect(probes[3]?.estimatedMsPerPicture).toBeGreaterThan(0);
  });
});

describe.each<Arithmetic>(['int8', 'float32'])('our own kernels in %s', (arithmetic) => {
  const question: ProbeQuestion = {
    ...{ backend: 'cpu', nodes, ranges: {}, arithmetics: [arithmetic], workers: 1, isWish: true },
  };

  it('answer the self-test as exactly as that arithmetic can', async () => {
    const cpu = await probeKernels(await loadInferenceKernels(), question);
    expect(cpu).toMatchObject({ fault: null, gap: null });
    expect(cpu.maxError).toBeLessThan(arithmetic === 'int8' ? 0.05 : SELF_TEST_TOLERANCE);
    expect(cpu.device).toContain(arithmetic);
  });

  it('name the node that they do not cover', async () => {
    const strange = { op: 'spectralPool', name: 'odd', inputs: [nodes.at(-1)?.name ?? ''] };
    const answer = await probeKernels(await loadInferenceKernels(), {
      ...question,
      // No network of ours has such a node: there is none that the kernels do not cover.
      nodes: [...nodes, strange as unknown as NetworkNode],
    });
    expect(answer).toMatchObject({ fault: 'uncovered', gap: { nodeName: 'odd' } });
    expect(answer.gap?.because).toContain('spectralPool');
  });

  it('are left alone where there is no SIMD', async () => {
    expect(await probeKernels(null, question)).toMatchObject({ fault: 'unavailable' });
  });
});

// The last test here: no WebGL is left after it.
describe('a WebGL context that goes away', () => {
  it('is noticed, also where the backend was asked for twice', async () => {
    await activateBackend('webgl');
    const { lost } = await activateBackend('webgl');
    (tf.backend() as MathBackendWebGL).gpgpu.gl.getExtension('WEBGL_lose_context')?.loseContext();
    await expect.poll(() => lost.aborted).toBe(true);
  });
});

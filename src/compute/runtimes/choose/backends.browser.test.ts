import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { Arithmetic, BackendName, TensorflowBackend } from '../../../domain/backends.ts';
import { loadInferenceKernels } from '../wasm/inference/loadInferenceKernels.ts';
import { activateBackend } from './activate.ts';
import { probeBackends } from './probe.ts';
import { runSelfTest, SELF_TEST_TOLERANCE } from './selfTest.ts';

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
      cpu: { kernels: await loadInferenceKernels(), arithmetics: ['int8', 'float32'], isCovered: true },
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
  const probeCpu = async (isCovered: boolean, hasSimd = true) => {
    const probes = await probeBackends({
      preference: 'cpu',
      lost: ['webgpu', 'webgl', 'wasm'],
      workersOn: () => 1,
      cpu: { kernels: hasSimd ? await loadInferenceKernels() : null, arithmetics: [arithmetic], isCovered },
      onTesting: () => undefined,
    });
    return probes.find(({ name }) => name === 'cpu');
  };

  it('answer the self-test as exactly as that arithmetic can', async () => {
    const cpu = await probeCpu(true);
    expect(cpu?.fault).toBeNull();
    expect(cpu?.maxError).toBeLessThan(arithmetic === 'int8' ? 0.05 : SELF_TEST_TOLERANCE);
    expect(cpu?.device).toContain(arithmetic);
  });

  it('are left alone where they do not cover the network, or where there is no SIMD', async () => {
    expect((await probeCpu(false))?.fault).toBe('uncovered');
    expect((await probeCpu(true, false))?.fault).toBe('unavailable');
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

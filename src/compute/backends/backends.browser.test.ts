import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { BackendName } from '../../rpc/protocol.ts';
import { activateBackend } from './activate.ts';
import { probeBackends } from './probe.ts';
import { runSelfTest, SELF_TEST_TOLERANCE } from './selfTest.ts';

const BACKENDS: readonly BackendName[] = ['wasm', 'webgl', 'webgpu'];

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
  it('times WASM, ranks software adapters without timing them, leaves out what was lost', async () => {
    const tested: BackendName[] = [];
    const probes = await probeBackends({
      preference: 'auto',
      lost: ['webgpu'],
      wasmWorkers: 2,
      onTesting: (name) => tested.push(name),
    });
    expect(tested).toEqual(['webgl', 'wasm']);
    expect(probes.map(({ name, fault }) => [name, fault])).toEqual([
      ['webgpu', 'lost'],
      ['webgl', null],
      ['wasm', null],
    ]);
    expect(probes[1]).toMatchObject({ software: true, estimatedMsPerPicture: null });
    expect(probes[2]?.estimatedMsPerPicture).toBeGreaterThan(0);
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

import { describe, expect, it } from 'vitest';
import type { Arithmetic } from '../../../domain/backends.ts';
import { createTestNetwork } from '../probeNetworks.ts';
import { INFERENCE_KERNEL_NAMES } from './inference/inferenceKernels.ts';
import { layOutNetwork } from './inference/layOut.ts';

describe('the self-test’s network', () => {
  it('calls every kernel, in one arithmetic or the other', () => {
    const network = createTestNetwork();
    const ranges = Object.fromEntries(
      network.nodes.flatMap(({ op, name }) => (op === 'relu' ? [[name, [1]]] : [])),
    );
    const weightOf = (key: string) => {
      const weight = network.weights[key];
      if (!weight) throw new Error(`no weight ${key}`);
      return weight;
    };
    const called = (['float32', 'int8'] satisfies Arithmetic[]).flatMap((arithmetic) => {
      const memory = new WebAssembly.Memory({ initial: 1 });
      const source = { nodes: network.nodes, weightOf, ranges };
      return layOutNetwork(memory, source, arithmetic, () => 'winograd').steps.map(({ kernel }) => kernel);
    });
    expect([...new Set(called)].sort()).toEqual([...INFERENCE_KERNEL_NAMES].sort());
  });
});

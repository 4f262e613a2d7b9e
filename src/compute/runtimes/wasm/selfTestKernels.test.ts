import { describe, expect, it } from 'vitest';
import type { Arithmetic } from '../../../domain/backends.ts';
import { weightReaderOf } from '../../../network/network.ts';
import { createTestNetwork } from '../probeNetworks.ts';
import { INFERENCE_KERNEL_NAMES } from './inference/inferenceKernels.ts';
import { layOutNetwork } from './inference/layOut.ts';

describe('the self-test’s network', () => {
  it('calls every kernel, in one arithmetic or the other', () => {
    const network = createTestNetwork();
    const ranges = Object.fromEntries(
      network.nodes.flatMap(({ op, name }) => (op === 'relu' ? [[name, [1]]] : [])),
    );
    const called = (['float32', 'int8'] satisfies Arithmetic[]).flatMap((arithmetic) => {
      const memory = new WebAssembly.Memory({ initial: 1 });
      const source = { nodes: network.nodes, weightOf: weightReaderOf(network), ranges };
      return layOutNetwork(memory, source, arithmetic, () => 'winograd').steps.map(({ kernel }) => kernel);
    });
    expect([...new Set(called)].sort()).toEqual([...INFERENCE_KERNEL_NAMES].sort());
  });
});

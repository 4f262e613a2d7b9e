import { describe, expect, it } from 'vitest';
import type { NetworkNode } from '../../../../network/network.ts';
import { batchNorm, conv, padAll, relu } from '../../../../network/nodeBuilders.ts';
import { concat, inputOf } from '../../../../testing/wasm/madeUpNetworks.ts';
import { type InferencePlan, planInference } from './inferencePlan.ts';

describe('a concatenation', () => {
  const copies = (plan: InferencePlan) => plan.steps.filter(({ kind }) => kind === 'copy').length;
  /** A dense block (Huang et al., 2017) behind 16 channels, each layer adding 8; `join` says what a layer reads. */
  const block = (layers: number, join: (names: readonly string[]) => readonly string[]) => {
    const nodes: NetworkNode[] = [inputOf(4, 4, 3), conv('start', 'in', 16, 1)];
    const names = ['start'];
    for (let layer = 0; layer < layers; layer++) {
      const last = layer === 0 ? 'start' : `cat${layer}`;
      if (layer > 0) nodes.push(concat(last, ...join(names)));
      nodes.push(batchNorm(`norm${layer}`, last, 1e-5), relu(`relu${layer}`, `norm${layer}`));
      nodes.push(conv(`conv${layer}`, `relu${layer}`, 8, 3, { padding: padAll(1) }));
      names.push(`conv${layer}`);
    }
    return [...nodes, concat('all', ...join(names))];
  };

  it.each([
    ['of all before', (names: readonly string[]) => names],
    [
      'of the last one and what came new',
      (names: readonly string[]) =>
        names.length === 2 ? names : [`cat${names.length - 2}`, names.at(-1) ?? ''],
    ],
  ])('that grows, %s, costs nothing: its parts are written to one map', (_, join) => {
    for (const arithmetic of ['float32', 'int8'] as const) {
      const plan = planInference(block(5, join), arithmetic, {});
      expect(copies(plan)).toBe(0);
      const outputs = plan.steps.flatMap((step) => (step.kind === 'conv' ? [step.floats] : []));
      expect(outputs.map((view) => [view?.firstChannel, view?.channels])).toEqual([
        [0, 16],
        ...[16, 24, 32, 40, 48].map((firstChannel) => [firstChannel, 8]),
      ]);
      expect(new Set(outputs.map((view) => view?.buffer)).size).toBe(1);
      expect(plan.output).toEqual({ ...outputs[0], channels: 56 });
    }
  });

  it('copies a part that two of them want at different places, and what would be written over by eight', () => {
    const parts = [inputOf(4, 4, 3), conv('a', 'in', 8, 1), conv('b', 'in', 8, 1), conv('odd', 'in', 5, 1)];
    const plan = (...inputs: readonly (readonly string[])[]) =>
      planInference(
        [
          ...parts,
          ...inputs.map((names, i) => concat(`cat${i}`, ...names)),
          concat('all', ...inputs.map((__, i) => `cat${i}`)),
        ],
        'float32',
        {},
      );
    expect(copies(plan(['a', 'b', 'odd'], ['a', 'b']))).toBe(3); // the first has no multiple of eight channels
    expect(copies(plan(['a', 'b'], ['a', 'odd']))).toBe(1);
    expect(copies(plan(['a', 'b'], ['b', 'a']))).toBe(2);
    expect(copies(plan(['odd', 'a'], ['b', 'in']))).toBe(4);
  });
});

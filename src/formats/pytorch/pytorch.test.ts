/** The file, against the app's own reader of other programs' weights; test:interop runs it in PyTorch. */
import { describe, expect, it } from 'vitest';
import type { Precision } from '../../domain/modelExport.ts';
import { appendHead } from '../../network/append.ts';
import { findBackbone } from '../../network/backbones/registry.ts';
import { cutAfter } from '../../network/cut.ts';
import { createFreshNetwork } from '../../network/freshNetwork.ts';
import { createHead } from '../../network/head.ts';
import { dense, featureInput, softmax } from '../../network/nodeBuilders.ts';
import { createRandom } from '../../shared/random.ts';
import { readContent } from '../../testing/formats/mutatedModelZips.ts';
import { packageOf } from '../../testing/formats/packages.ts';
import { sampleModel } from '../../testing/formats/sampleModel.ts';
import { matchWeights } from '../../weights/files/match/matchWeights.ts';
import { readWeights } from '../../weights/files/match/readWeights.ts';
import { recogniseNetwork } from '../../weights/files/match/recognise.ts';
import { openTensorFile } from '../../weights/files/registry.ts';
import { format } from './format.ts';
import { moduleNamesOf } from './moduleNames.ts';

const random = createRandom(3);
const ARCHITECTURES = ['resnet18', 'densenet121', 'mobilenet-v2'];

/** A network that learned from scratch, with a linear head of three classes. */
function classifierOf(id: string) {
  const { buildNodes, featureNode, featureCount } = findBackbone(id);
  const backbone = createFreshNetwork(
    id,
    cutAfter({ name: id, nodes: buildNodes(32), weights: {} }, featureNode).nodes,
    () => random.next(),
  );
  const nodes = [
    featureInput('features', featureCount),
    dense('logits', 'features', 3),
    softmax('probabilities', 'logits'),
  ];
  return appendHead(
    backbone,
    createHead(nodes, () => random.next()),
  );
}

async function openWritten(network = sampleModel().network, precision: Precision = 'float32') {
  const content = await readContent(
    await packageOf(format, { model: { ...sampleModel(), network }, precision }),
  );
  const blob = new Blob([content.get('model.safetensors') ?? new Uint8Array()]);
  return openTensorFile([{ name: 'model.safetensors', blob }]);
}

describe('the weights for PyTorch', () => {
  it.each(ARCHITECTURES)(
    'of %s have the names and shapes of torchvision, and come back to the bit',
    async (id) => {
      const network = classifierOf(id);
      const file = await openWritten(network);
      expect(recogniseNetwork(file.tensors)).not.toBeNull();
      // The same nodes with torchvision's own name for the last.
      const names = moduleNamesOf(network.nodes);
      const top = names.get('logits') ?? '';
      expect(top).toMatch(/^(fc|classifier)/);
      const nodes = network.nodes.map((node) => ({
        ...node,
        name: node.name === 'logits' ? top : node.name,
        inputs: node.inputs.map((name) => (name === 'logits' ? top : name)),
      }));
      const match = matchWeights(nodes, file);
      expect(match).toMatchObject({ missing: [], extra: [], misfits: [], naming: 'torchvision', prefix: '' });
      const read = await readWeights(nodes, file, match, {});
      const changed = Object.entries(network.weights).filter(([key, { values }]) => {
        const back = read[key.replace(/^logits/, top)]?.values;
        return back?.length !== values.length || !values.every((value, i) => value === back[i]);
      });
      expect(changed.map(([key]) => key)).toEqual([]);
    },
  );

  it('round kernels to float16, and nothing else', async () => {
    const file = await openWritten(sampleModel().network, 'float16');
    const types = [...file.tensors].map(([name, { dtype }]) => `${name} ${dtype}`);
    expect(types).toContain('conv1.weight float16');
    expect(types).toContain('bn1.running_var float32');
    expect(types).toContain('bn1.num_batches_tracked int64');
  });
});

describe('the names of modules', () => {
  const relu = (name: string) => ({ op: 'relu' as const, name, inputs: ['before'], maxValue: null });

  it.each([
    ['layer1.0.conv1', 'layer1.0.conv1'],
    ['forward', 'node_0'],
    ['a.float', 'node_0'],
    ['a..b', 'node_0'],
    ['_hidden', 'node_0'],
    ['猫"; import os', 'node_0'],
  ])('of %s is %s', (name, module) => {
    expect(moduleNamesOf([relu(name)]).get(name)).toBe(module);
  });

  it('are all different', () => {
    const nodes = ['node_1', 'x y', 'node_1_'].map(relu);
    expect(new Set(moduleNamesOf(nodes).values()).size).toBe(3);
  });
});

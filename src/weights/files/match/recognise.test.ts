import { describe, expect, it } from 'vitest';
import type { NetworkNode } from '../../../network/network.ts';
import { inferShapes, weightShapes } from '../../../network/shapes.ts';
import kerasMobileNetV2 from '../../../testing/fixtures/weights/namesKerasMobileNetV2.json';
import kerasResNet50 from '../../../testing/fixtures/weights/namesKerasResNet50.json';
import { madeTensorFile } from '../../../testing/weights/madeTensorFile.ts';
import {
  torchDenseNetNodes,
  torchMobileNetV2Nodes,
  torchResNetNodes,
} from '../../../testing/weights/torchNetworks.ts';
import { recogniseNetwork } from './recognise.ts';

/** Kernels as PyTorch has them. */
function torchKernels(nodes: readonly NetworkNode[]): Record<string, readonly number[]> {
  const shapes = inferShapes(nodes);
  return Object.fromEntries(
    nodes.flatMap((node) =>
      weightShapes(
        node,
        node.inputs.map((name) => shapes.get(name) ?? []),
      ).flatMap(({ kind, shape }) => {
        const [height = 0, width = 0, inputs = 0, filters = 0] = shape;
        return kind === 'kernel' ? [[`${node.name}.weight`, [filters, inputs, height, width]]] : [];
      }),
    ),
  );
}

const bottlenecks = (blocks: readonly number[], more = {}) =>
  torchResNetNodes({ blocks, isBottleneck: true, ...more });

describe('a network', () => {
  it.each<[string, readonly NetworkNode[]]>([
    ['ResNet18', torchResNetNodes({ blocks: [2, 2, 2, 2], isBottleneck: false })],
    ['ResNet34', torchResNetNodes({ blocks: [3, 4, 6, 3], isBottleneck: false })],
    ['ResNet50', bottlenecks([3, 4, 6, 3])],
    ['ResNet101', bottlenecks([3, 4, 23, 3])],
    ['ResNet152', bottlenecks([3, 8, 36, 3])],
    ['ResNeXt50_32x4d', bottlenecks([3, 4, 6, 3], { groups: 32, widthPerGroup: 4 })],
    ['Wide ResNet50', bottlenecks([3, 4, 6, 3], { widthPerGroup: 128 })],
    ['DenseNet121', torchDenseNetNodes([6, 12, 24, 16])],
    ['DenseNet169', torchDenseNetNodes([6, 12, 32, 32])],
    ['MobileNetV2', torchMobileNetV2Nodes()],
  ])('is recognised: %s', (name, nodes) => {
    const kernels = torchKernels(nodes);
    expect(recogniseNetwork(madeTensorFile(kernels).tensors)).toBe(name);
    const prefixed = Object.fromEntries(
      Object.entries(kernels).map(([key, shape]) => [`module.${key}`, shape]),
    );
    expect(recogniseNetwork(madeTensorFile(prefixed).tensors)).toBe(name);
  });

  it('is recognised by the names of Keras, and not where nothing tells it', () => {
    expect(recogniseNetwork(madeTensorFile(kerasResNet50).tensors)).toBe('ResNet50 (Keras)');
    expect(recogniseNetwork(madeTensorFile(kerasMobileNetV2).tensors)).toBe('MobileNetV2 (Keras)');
    expect(recogniseNetwork(madeTensorFile({ 'a.weight': [1] }).tensors)).toBeNull();
  });

  it('is told from a narrower one of the same names', () => {
    const keras = { 'block_16_project/kernel': [1, 1, 480, 160] };
    expect(recogniseNetwork(madeTensorFile(keras).tensors)).toBe('MobileNetV2 ×0.5 (Keras)');
    const torch = { 'module.features.17.conv.2.weight': [448, 960, 1, 1] };
    expect(recogniseNetwork(madeTensorFile(torch).tensors)).toBe('MobileNetV2 ×1.4');
  });
});

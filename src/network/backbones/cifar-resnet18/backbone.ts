/** ResNet18 for pictures of 32 pixels, as tutorials train it on CIFAR-10 from scratch. */
import type { Backbone } from '../backbone.ts';
import { buildCifarResnet18 } from './nodes.ts';

export const backbone: Backbone = {
  id: 'cifar-resnet18',
  title: 'ResNet18 (CIFAR)',
  inputSizePx: 32,
  featureNode: 'avgpool',
  featureCount: 512,
  stages: ['relu', 'layer1.1.out', 'layer2.1.out', 'layer3.1.out', 'layer4.1.out'],
  buildNodes: buildCifarResnet18,
  source: null,
};

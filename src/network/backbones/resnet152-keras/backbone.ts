/** ResNet152 as Keras has it: unlike that of torchvision, the stride lies on the first 1×1 convolution. */
import { kerasResnet } from '../../architectures/kerasResnet.ts';
import type { Backbone } from '../backbone.ts';

export const backbone: Backbone = {
  id: 'resnet152-keras',
  title: 'ResNet152 (Keras)',
  ...kerasResnet([3, 8, 36, 3]),
  source: null,
};

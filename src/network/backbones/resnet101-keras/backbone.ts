/** ResNet101 as Keras has it: unlike that of torchvision, the stride lies on the first 1×1 convolution. */
import { kerasResnet } from '../../architectures/kerasResnet.ts';
import type { Backbone } from '../backbone.ts';

export const backbone: Backbone = {
  id: 'resnet101-keras',
  title: 'ResNet101 (Keras)',
  ...kerasResnet([3, 4, 23, 3]),
  source: null,
};

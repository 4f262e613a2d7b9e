/**
 * MobileNetV2 as Keras has it, its nodes named as Keras's layers: unlike that of torchvision, what halves a map of an even side
 * is padded below and to the right alone.
 */
import {
  buildMobilenetV2,
  type MobilenetV2Style,
  mobilenetV2Stages,
} from '../../architectures/mobilenetV2.ts';
import { padAll } from '../../nodeBuilders.ts';
import { PREPROCESSINGS } from '../../preprocessingKinds.ts';
import type { Backbone } from '../backbone.ts';

/** Source: keras.applications.mobilenet_v2; its padding is `correct_pad` of keras.applications.imagenet_utils. */
const STYLE: MobilenetV2Style = {
  preprocessing: PREPROCESSINGS.minusOneToOne,
  norm: (name, input) => ({ op: 'batchNorm', name, inputs: [input], epsilon: 1e-3, momentum: 0.999 }),
  stridedPadding: (sidePx) => (sidePx % 2 === 0 ? { top: 0, bottom: 1, left: 0, right: 1 } : padAll(1)),
  stem: { conv: 'Conv1', norm: 'bn_Conv1', relu: 'Conv1_relu' },
  block(index) {
    const name = index === 0 ? 'expanded_conv' : `block_${index}`;
    const unit = (part: string) => ({
      conv: `${name}_${part}`,
      norm: `${name}_${part}_BN`,
      relu: `${name}_${part}_relu`,
    });
    return {
      expand: unit('expand'),
      deep: unit('depthwise'),
      project: unit('project'),
      add: `${name}_add`,
    };
  },
  last: { conv: 'Conv_1', norm: 'Conv_1_bn', relu: 'out_relu' },
  dropout: null,
  top: 'predictions',
};

export const backbone: Backbone = {
  id: 'mobilenet-v2-keras',
  title: 'MobileNetV2 (Keras)',
  inputSizePx: 224,
  featureNode: 'avgpool',
  featureCount: 1280,
  stages: mobilenetV2Stages(STYLE),
  buildNodes: (sizePx = 224) => buildMobilenetV2(STYLE, sizePx),
  source: null,
};

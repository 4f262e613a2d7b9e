/** MobileNetV2 as torchvision has it, its nodes named as torchvision's modules, so that its weights fit. */
import {
  buildMobilenetV2,
  type MobilenetV2Style,
  mobilenetV2Stages,
} from '../../architectures/mobilenetV2.ts';
import { padAll, TORCH_PREPROCESSING, torchNorm } from '../../nodeBuilders.ts';
import type { Backbone } from '../backbone.ts';

/** Source: torchvision.models.mobilenetv2. */
const STYLE: MobilenetV2Style = {
  preprocessing: TORCH_PREPROCESSING,
  norm: torchNorm,
  stridedPadding: () => padAll(1),
  stem: { conv: 'features.0.0', norm: 'features.0.1', relu: 'features.0.relu' },
  block(index) {
    const name = `features.${index + 1}`;
    const at = index === 0 ? 0 : 1;
    return {
      expand: { conv: `${name}.conv.0.0`, norm: `${name}.conv.0.1`, relu: `${name}.relu0` },
      deep: { conv: `${name}.conv.${at}.0`, norm: `${name}.conv.${at}.1`, relu: `${name}.relu1` },
      project: { conv: `${name}.conv.${at + 1}`, norm: `${name}.conv.${at + 2}` },
      add: `${name}.add`,
    };
  },
  last: { conv: 'features.18.0', norm: 'features.18.1', relu: 'features.18.relu' },
  dropout: 'classifier.0',
  top: 'classifier.1',
};

export const backbone: Backbone = {
  id: 'mobilenet-v2',
  title: 'MobileNetV2',
  inputSizePx: 224,
  featureNode: 'avgpool',
  featureCount: 1280,
  stages: mobilenetV2Stages(STYLE),
  buildNodes: (sizePx = 224) => buildMobilenetV2(STYLE, sizePx),
  source: null,
};

/** The example beside an exported model: plain TensorFlow.js, so that the model needs nothing of ours. */
import type { BackboneInfo } from '../../domain/model.ts';
import type { ModelOutput } from '../../domain/modelExport.ts';

/** An ES module that loads the model and names a picture, resizing it as training did. */
export function exampleCode({ inputSizePx, resize }: BackboneInfo, output: ModelOutput): string {
  const size = `{ resizeWidth: ${inputSizePx}, resizeHeight: ${inputSizePx}, resizeQuality: 'high' }`;
  const square =
    resize.fit === 'stretch'
      ? [`  const square = await createImageBitmap(file, ${size});`]
      : [
          '  const full = await createImageBitmap(file);',
          `  const side = Math.min(full.width, full.height) * ${resize.cropFraction};`,
          '  const corner = [(full.width - side) / 2, (full.height - side) / 2];',
          `  const square = await createImageBitmap(full, ...corner, side, side, ${size});`,
        ];
  return [
    "import * as tf from '@tensorflow/tfjs';",
    '',
    "const model = await tf.loadLayersModel('model.json');",
    "const labels = (await (await fetch('labels.txt')).text()).trimEnd().split('\\n');",
    '',
    '/** `file` is a picture: a File, a Blob, an <img>. Answers labels with probabilities, the likeliest first. */',
    'export async function classify(file) {',
    ...square,
    output === 'logits'
      ? '  const scores = tf.tidy(() => tf.softmax(model.predict(tf.browser.fromPixels(square).toFloat().expandDims())));'
      : '  const scores = tf.tidy(() => model.predict(tf.browser.fromPixels(square).toFloat().expandDims()));',
    '  const probabilities = [...(await scores.data())];',
    '  scores.dispose();',
    '  return probabilities.map((p, i) => [labels[i], p]).sort((a, b) => b[1] - a[1]);',
    '}',
    '',
  ].join('\n');
}

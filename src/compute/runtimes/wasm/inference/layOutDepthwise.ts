/** Lays out a depthwise convolution, whose channels know nothing of each other. */
import { PANEL } from '../assembly/tileShape.ts';
import * as CONV from './assembly/convStep.ts';
import { directPixels, outputSpecOf, placesOf, resultFields, weightFields } from './layOutConv.ts';
import { pixelBytes, rowBytes } from './mapBuffers.ts';
import { depthwiseTaps, packDepthwise } from './pack.ts';
import { type Context, i32, type PlacedStep, placeView, specOf } from './stepRecords.ts';
import type { ConvStep } from './steps.ts';

export function placeDepthwise(context: Context, step: ConvStep): PlacedStep {
  const { node, inputRanges } = step;
  const input = specOf(context, step.input);
  const pixels = directPixels(outputSpecOf(context, step));
  const [height, width] = node.kernelSize;
  const tapCount = depthwiseTaps(height * width, inputRanges ? 'int8' : 'float32');
  const taps = Array.from({ length: tapCount }, (_, tap) => {
    // One that fills up is read where the last one is.
    const at = Math.min(tap, height * width - 1);
    return Math.floor(at / width) * rowBytes(input) + (at % width) * pixelBytes(input);
  });
  const panels = Math.ceil(node.filters / PANEL);
  return {
    kernel: inputRanges ? 'depthwise8' : 'depthwise32',
    recordBytes: CONV.CONV_STEP_BYTES,
    fields: [
      i32(CONV.PLACES, placesOf(context, step, pixels)),
      i32(CONV.PIXELS, pixels.length),
      placeView(context, CONV.INPUT, step.input),
      i32(CONV.TAPS, context.writer.table(Int32Array.from(taps))),
      i32(CONV.TAP_COUNT, tapCount),
      i32(CONV.PANELS, panels),
      ...weightFields(context, step, panels * tapCount * PANEL, (_, values, out) =>
        packDepthwise(values, node.filters, out),
      ),
      ...resultFields(context, step),
    ],
  };
}

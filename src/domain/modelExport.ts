/** What a person can choose of the file that a model is downloaded as. */

/** How many bits a weight takes in the file. `int8`: each filter's weights in steps of its own. */
export const PRECISIONS = ['float32', 'float16', 'int8'] as const;
export type Precision = (typeof PRECISIONS)[number];

/** What the last numbers of a model file are: with the softmax, or those before it. */
export type ModelOutput = 'probabilities' | 'logits';

export interface ExportOptions {
  /** Id of a model format. Which there are is the business of `formats/`, not of a type here. */
  readonly format: string;
  readonly precision: Precision;
  readonly output: ModelOutput;
}

/** What is written where nothing was chosen. */
export const DEFAULT_EXPORT: ExportOptions = {
  format: 'tfjs',
  precision: 'float32',
  output: 'probabilities',
};

/** What the page shows of a model format before one is written. */
export interface FormatAbout {
  /** The name of the format's folder. */
  readonly id: string;
  /** As its makers write it. */
  readonly title: string;
  /** Programs that open it, as their makers write them. */
  readonly opensIn: readonly string[];
  /** Those that it can carry, the best first. */
  readonly precisions: readonly Precision[];
}

/** A picture that goes along with a model file, and what the model says of it. */
export interface TestPicture {
  /** PNG, as it was before it is cut and resized; its longer side is at most `TEST_PICTURE_PX`. */
  readonly file: Blob;
  /** In the order of the classes, exact (float32). */
  readonly probabilities: readonly number[];
}

export const TEST_PICTURES = 5;
/** Large enough that cutting and resizing are tried as well, small enough to be sent along. */
export const TEST_PICTURE_PX = 640;

/** What a reader of someone else's weights gives: named tensors, each read when it is asked for, whatever the format. */
import type { TensorDtype } from './tensorDtype.ts';

/** A tensor as the file lists it, before a number of it is read. */
export interface TensorInfo {
  readonly shape: readonly number[];
  readonly dtype: TensorDtype;
  /** As it lies in the file. */
  readonly sizeBytes: number;
}

/** An open file of weights. Whoever opened it closes it. */
export interface TensorFile {
  /** Id of its format. */
  readonly format: string;
  /** By the names that the file gives; of Keras `layer/kind`. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** Of BatchNorm, by the layer's name; empty where the file does not say. */
  readonly epsilons: ReadonlyMap<string, number>;
  /**
   * One tensor, row-major as the file has it. Reads its bytes and no others.
   * @throws AppError weightsFileDamaged, weightsFileTooLarge, weightsFileUnsupported, outOfMemory; Error for a name that is
   *   not in `tensors`
   */
  read(name: string): Promise<Float32Array<ArrayBuffer>>;
  close(): Promise<void>;
}

/** A file as it was dropped. */
export interface WeightFile {
  readonly name: string;
  readonly blob: Blob;
}

/** What a file of unknown format shows at a glance. */
export interface TensorClues {
  /** The first bytes, 4096 at most. */
  readonly head: Uint8Array;
  /** Of a zip, the paths of its files; of any other file none. */
  readonly entryNames: readonly string[];
}

/** What a file in `formats/` exports as `format`; `registry.ts` gathers them. */
export interface TensorFormat {
  /** The file's name without `.ts`. */
  readonly id: string;
  /** Whether a file is of this format and no other, as far as can be told without reading it: `open` says the rest. */
  detects(clues: TensorClues): boolean;
  /**
   * Reads what the file lists, and no tensor.
   * @param file the one that was detected
   * @param files all that were given with it, itself included: a format may lie in several
   * @throws AppError weightsFileDamaged, weightsFileTooLarge, weightsFileUnsupported, weightsFileRefused,
   *   weightsFilePartMissing, weightsFileEmpty, partMissing
   */
  open(file: WeightFile, files: readonly WeightFile[]): Promise<TensorFile>;
}

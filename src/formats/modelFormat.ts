/** What the folder of a model file format must offer as `format` in its `format.ts`; `registry.ts` gathers them. */

import type { ModelDescription } from '../domain/model.ts';
import type { Network } from '../network/network.ts';

export interface DescribedModel {
  readonly description: ModelDescription;
  /** The whole classifier: pixels in, probabilities of `description.classNames` out. */
  readonly network: Network;
}

export interface FormatContext {
  /** Fraction done, 0–1, rising. */
  readonly onProgress?: (doneFraction: number) => void;
  /** Ends the work with the AppError `cancelled`. */
  readonly signal?: AbortSignal;
}

export interface WriteContext extends FormatContext {
  /** Where the backbone's weights come from and under which licence, as plain text for the model card. */
  readonly backboneCredit: string;
}

/** What a file of unknown format shows at a glance. */
export interface FileClues {
  /** The first bytes, 4096 at most. */
  readonly head: Uint8Array;
  /** Of a zip, the paths of its files, `/` between folders; of any other file none. */
  readonly entryNames: readonly string[];
}

export interface ModelFormat {
  /** The name of the format's folder. */
  readonly id: string;
  /** With the dot. */
  readonly fileExtension: string;
  /** Whether a file is of this format and no other, as far as can be told without reading it: `read` says the rest. */
  detects(clues: FileClues): boolean;
  /** @throws AppError unsupportedByFormat if the network has a node the format cannot carry; cancelled */
  write(model: DescribedModel, context: WriteContext): Promise<Blob>;
  /**
   * Reads back what `write` wrote.
   * @throws AppError modelFileUnreadable, modelFileUnsupported, modelFileTooLarge, modelFileNotFinite, modelFileMisfit,
   *   cancelled
   */
  read(file: Blob, context: FormatContext): Promise<DescribedModel>;
}

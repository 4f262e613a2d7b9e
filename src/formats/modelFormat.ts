/** What the folder of a model file format must offer as `format` in its `format.ts`; `registry.ts` gathers them. */

import type { ModelDescription } from '../domain/model.ts';
import type { ExportOptions, FormatAbout, TestPicture } from '../domain/modelExport.ts';
import type { Network } from '../network/network.ts';
import type { ModelFile } from './fileParts.ts';

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

export interface PackageContext extends FormatContext {
  /** Where the backbone's weights come from and under which licence, as plain text for the model card. */
  readonly backboneCredit: string;
  readonly pictures?: readonly TestPicture[];
}

/** How a format is to write, beside which it is. */
export type WriteOptions = Omit<ExportOptions, 'format'>;

export interface WrittenModel {
  /** The model, and programs that load it; each path once. */
  readonly files: readonly ModelFile[];
  /** What the files are and how they are loaded, in Markdown for the model card. */
  readonly usage: string;
}

export interface FormatWriter {
  /**
   * All that can be wrong is found here: what is left for later is bytes that are made when they are written.
   * @param model its network ends as `options.output` says
   * @throws AppError unsupportedByFormat (`details.node`) if the network has a node that the format cannot carry
   */
  write(model: DescribedModel, options: WriteOptions): WrittenModel;
}

/** What a file of unknown format shows at a glance. */
export interface FileClues {
  /** The first bytes, 4096 at most. */
  readonly head: Uint8Array;
  /** Of a zip, the paths of its files, `/` between folders; of any other file none. */
  readonly entryNames: readonly string[];
}

export interface FormatReader {
  /** Whether a file is of this format and no other, as far as can be told without reading it: `read` says the rest. */
  detects(clues: FileClues): boolean;
  /**
   * Reads what was written here in this format.
   * @throws AppError modelFileUnreadable, modelFileUnsupported, modelFileTooLarge, modelFileNotFinite, modelFileMisfit,
   *   cancelled
   */
  read(file: Blob, context: FormatContext): Promise<DescribedModel>;
}

/** Not every format is read, and not every one is written. */
export interface ModelFormat {
  readonly about: FormatAbout;
  readonly writer?: FormatWriter;
  readonly reader?: FormatReader;
}

/** What a model file format must offer; `formats.ts` lists those there are. */

import type { ExportFormat, ModelDescription } from '../domain/model.ts';
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

export interface ModelFormat {
  readonly id: ExportFormat;
  /** With the dot. */
  readonly fileExtension: string;
  /** @throws AppError unsupportedByFormat if the network has a node the format cannot carry; cancelled */
  write(model: DescribedModel, context: WriteContext): Promise<Blob>;
  /** Reads back what `write` wrote. @throws AppError modelFileUnreadable, modelFileUnsupported, cancelled */
  read(file: Blob, context: FormatContext): Promise<DescribedModel>;
}

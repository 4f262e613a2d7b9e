/** Model files as a person downloads them, for tests. */
import { DEFAULT_EXPORT } from '../../domain/modelExport.ts';
import { type Bytes, type FilePart, toStream } from '../../formats/fileParts.ts';
import type { DescribedModel, ModelFormat, PackageContext, WriteOptions } from '../../formats/modelFormat.ts';
import { writePackage } from '../../formats/modelPackage.ts';
import { sampleModel } from './sampleModel.ts';

export interface PackageChoices extends Partial<WriteOptions>, Partial<PackageContext> {
  readonly model?: DescribedModel;
}

/** The sample model's zip in a format that is written, unless told otherwise. */
export function packageOf({ about, writer }: ModelFormat, choices: PackageChoices = {}): Promise<Blob> {
  if (!writer) throw new Error(`${about.id} is not written`);
  const { model = sampleModel(), backboneCredit = 'test weights, MIT', ...rest } = choices;
  return writePackage(writer, model, { ...DEFAULT_EXPORT, ...rest }, { backboneCredit, ...rest });
}

/** All bytes of a file's parts. */
export async function joinParts(parts: readonly FilePart[]): Promise<Bytes> {
  return new Uint8Array(await new Response(toStream(parts)).arrayBuffer());
}

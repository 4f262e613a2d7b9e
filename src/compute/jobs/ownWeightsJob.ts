/** Puts the weights of a person's file among those that can be chosen. */
import type { OwnBackbone } from '../../domain/ownBackbone.ts';
import { foldBatchNorm } from '../../network/fold.ts';
import { PREPROCESSINGS } from '../../network/preprocessingKinds.ts';
import type { AddBackboneArgs } from '../../rpc/weightsApi.ts';
import { throwIfCancelled } from '../../shared/errors.ts';
import { saveBackbone } from '../../storage/storedBackbones.ts';
import { fingerprintOfOwn, toOwnManifest } from '../../weights/own/ownManifest.ts';
import { readOwnWeights } from '../../weights/own/readOwnWeights.ts';
import { checkIfPublished, hashOfFile } from './publishedFile.ts';

interface JobContext {
  readonly onProgress: (progress: { readonly doneFraction: number }) => void;
  readonly signal: AbortSignal;
}

/** Of the bar: the file is read once for its hash, before its weights or after them. */
const HASH_FRACTION = 0.2;

/** @throws AppError `weightsNotPublished`; as `readOwnWeights`; of the storage: then nothing is kept */
export async function addOwnWeights(
  { files, preprocessing, addedAt }: AddBackboneArgs,
  { onProgress, signal }: JobContext,
): Promise<OwnBackbone> {
  // Whoever waits takes silence for a reader that turns in circles.
  const tellFrom = (begin: number, part: number) => (fraction: number) => {
    throwIfCancelled(signal);
    onProgress({ doneFraction: begin + fraction * part });
  };
  const published = await checkIfPublished(files, tellFrom(0, HASH_FRACTION));
  const { backbone, features, top, fit } = await readOwnWeights(
    files.map((file) => ({ name: file.name, blob: file })),
    {
      preprocessing: preprocessing && PREPROCESSINGS[preprocessing],
      signal,
      onProgress: tellFrom(published === null ? 0 : HASH_FRACTION, 1 - HASH_FRACTION),
    },
  );
  // Of a file that holds no weights nobody wants to know it.
  const fileSha256 = published ?? (await hashOfFile(files, tellFrom(1 - HASH_FRACTION, HASH_FRACTION)));
  const own = toOwnManifest(backbone, foldBatchNorm(features));
  const record: OwnBackbone = {
    fingerprint: await fingerprintOfOwn(own),
    backboneId: backbone.id,
    fileName: files[0]?.name ?? '',
    addedAt,
    inputSizePx: own.manifest.inputSizePx,
    sizeBytes: own.bytes.length,
    preprocessing,
    knowsImagenet: top !== null,
    fit,
    ...(fileSha256 === null ? {} : { fileSha256 }),
  };
  await saveBackbone(record, { features, top });
  return record;
}

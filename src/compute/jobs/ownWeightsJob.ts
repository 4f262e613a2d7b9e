/** Puts the weights of a person's file among those that can be chosen. */
import type { OwnBackbone } from '../../domain/ownBackbone.ts';
import { PREPROCESSINGS } from '../../network/preprocessingKinds.ts';
import type { AddBackboneArgs } from '../../rpc/weightsApi.ts';
import { saveBackbone } from '../../storage/storedBackbones.ts';
import { fingerprintOfOwn, toOwnManifest } from '../../weights/own/ownManifest.ts';
import { readOwnWeights } from '../../weights/own/readOwnWeights.ts';

interface JobContext {
  readonly onProgress: (progress: { readonly doneFraction: number }) => void;
  readonly signal: AbortSignal;
}

/** @throws AppError as `readOwnWeights`; of the storage: then nothing is kept */
export async function addOwnWeights(
  { files, preprocessing, addedAt }: AddBackboneArgs,
  { onProgress, signal }: JobContext,
): Promise<OwnBackbone> {
  const { backbone, features, top, fit } = await readOwnWeights(
    files.map((file) => ({ name: file.name, blob: file })),
    {
      preprocessing: preprocessing && PREPROCESSINGS[preprocessing],
      signal,
      onProgress: (doneFraction) => onProgress({ doneFraction }),
    },
  );
  const own = toOwnManifest(backbone, features);
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
  };
  await saveBackbone(record, { features, top });
  return record;
}

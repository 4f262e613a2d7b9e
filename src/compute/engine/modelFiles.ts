/** Trained models as files and back: the head goes out together with the backbone it stands on. */
import { MODEL_FORMATS } from '../../formats/formats.ts';
import { appendHead } from '../../network/append.ts';
import { cutAfter, cutBefore } from '../../network/cut.ts';
import type { Network } from '../../network/network.ts';
import type { ExportFormat, ModelDescription } from '../../rpc/protocol.ts';
import { AppError } from '../../shared/errors.ts';
import { checkBackbone } from './classifier.ts';
import type { Session } from './session.ts';

interface FileContext {
  readonly onProgress: (progress: { readonly doneShare: number }) => void;
  readonly signal: AbortSignal;
}

/** A name every file system takes: letters and digits of any script, the rest as hyphens. */
export function toFileName(modelName: string, extension: string): string {
  const stem = modelName
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return `${stem || 'model'}${extension}`;
}

/** @throws AppError `unsupportedByFormat`, `cancelled` */
export async function exportModel(
  session: Session,
  { format, description, head }: { format: ExportFormat; description: ModelDescription; head: Network },
  { onProgress, signal }: FileContext,
): Promise<{ file: Blob; fileName: string }> {
  const writer = MODEL_FORMATS[format];
  const network = appendHead(session.backbone(), head);
  const { source } = session.manifest;
  const file = await writer.write(
    { description, network },
    {
      backboneCredit: `${source.package} ${source.version} (${source.licence}). ${source.note}`,
      onProgress: (doneShare) => onProgress({ doneShare }),
      signal,
    },
  );
  return { file, fileName: toFileName(description.name, writer.fileExtension) };
}

function hasEqualWeights(a: Network, b: Network): boolean {
  const keys = Object.keys(a.weights);
  if (keys.length !== Object.keys(b.weights).length) return false;
  return keys.every((key) => {
    const [left, right] = [a.weights[key]?.values, b.weights[key]?.values];
    return left?.length === right?.length && left?.every((value, i) => value === right?.[i]) === true;
  });
}

/**
 * Reads a model file and takes the head off its backbone.
 * @throws AppError `modelFileUnreadable`, `modelFileUnsupported` if it stands on another backbone than ours,
 * or was trained on pictures resized in another way
 */
export async function importModel(
  session: Session,
  file: Blob,
  { onProgress, signal }: FileContext,
): Promise<{ description: ModelDescription; head: Network }> {
  const { description, network } = await MODEL_FORMATS.tfjs.read(file, {
    onProgress: (doneShare) => onProgress({ doneShare }),
    signal,
  });
  const { featureNode, featureCount } = session.manifest;
  if (!network.nodes.some((node) => node.name === featureNode)) {
    throw new AppError('modelFileUnsupported', { layer: description.backbone.id });
  }
  // The weights decide, not what the file says of itself.
  if (!hasEqualWeights(cutAfter(network, featureNode), session.backbone())) {
    throw new AppError('modelFileUnsupported', { layer: description.backbone.id });
  }
  checkBackbone(session, { ...session.info, resize: description.backbone.resize });
  const head = cutBefore(network, featureNode, [featureCount]);
  return { description: { ...description, backbone: session.info }, head: { ...head, name: 'head' } };
}

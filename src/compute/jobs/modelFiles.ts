/** Trained models as files and back: the head goes out together with the backbone it stands on. */

import type { BackboneInfo, ModelDescription } from '../../domain/model.ts';
import type { ExportOptions } from '../../domain/modelExport.ts';
import { findModelReader } from '../../formats/detect.ts';
import { PACKAGE_EXTENSION, writePackage } from '../../formats/modelPackage.ts';
import { findModelWriter } from '../../formats/registry.ts';
import { cutAfter, cutBefore } from '../../network/cut.ts';
import type { Network } from '../../network/network.ts';
import type { PictureRef } from '../../rpc/featureCalls.ts';
import { AppError } from '../../shared/errors.ts';
import { readTestPictures } from './answeredPictures.ts';
import { checkBackbone, isOverOurs } from './classifier.ts';
import type { Session } from './session.ts';
import { cutFor, cutOf, toWhole } from './trainedPart.ts';

interface FileContext {
  readonly onProgress: (progress: { readonly doneFraction: number }) => void;
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

export interface ExportArgs {
  readonly options: ExportOptions;
  readonly description: ModelDescription;
  readonly head: Network;
  /** Of the data set, to send along. */
  readonly pictures: readonly PictureRef[];
}

/**
 * The trained part goes out with the backbone in front of it, which must be the one that it has learned behind.
 * @throws AppError `modelOfOtherBackbone`, `unsupportedByFormat`, `cancelled`
 */
export async function exportModel(
  session: Session,
  { options, description, head, pictures }: ExportArgs,
  { onProgress, signal }: FileContext,
): Promise<{ file: Blob; fileName: string }> {
  checkBackbone(session, description.backbone);
  const writer = findModelWriter(options.format);
  // Before the backbone is spread out: the workers take their share of the memory meanwhile.
  const along = await readTestPictures(session, head, pictures, signal);
  const network = toWhole(session.backbone(), cutOf(session, head), head);
  const file = await writePackage(writer, { description, network }, options, {
    backboneCredit: session.credit,
    pictures: along,
    onProgress: (doneFraction) => onProgress({ doneFraction }),
    signal,
  });
  return { file, fileName: toFileName(description.name, PACKAGE_EXTENSION) };
}

function hasEqualWeights(a: Network, b: Network): boolean {
  const keys = Object.keys(a.weights);
  if (keys.length !== Object.keys(b.weights).length) return false;
  return keys.every((key) => {
    const [left, right] = [a.weights[key]?.values, b.weights[key]?.values];
    return left?.length === right?.length && left?.every((value, i) => value === right?.[i]) === true;
  });
}

/** Equal but for what a file rounds: it keeps numbers in float32. */
function isAlike(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return Math.fround(a) === Math.fround(b);
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  return left.size === right.size && [...left].every(([key, value]) => isAlike(value, right.get(key)));
}

/** Whether both are the same network up to a node: nodes and weights decide, not what a file says of itself. */
function isEqualUpTo(a: Network, b: Network, nodeName: string): boolean {
  const [left, right] = [cutAfter(a, nodeName), cutAfter(b, nodeName)];
  return isAlike(left.nodes, right.nodes) && hasEqualWeights(left, right);
}

/**
 * Takes the trained part off a whole network: the head, or from where its weights are not the backbone's any more.
 * @throws AppError `modelFileUnsupported` for a network that is not ours in any part
 */
function trainedPart(session: Session, network: Network, { fingerprint, id }: BackboneInfo): Network {
  const { featureNode, featureCount } = session.plan;
  const names = new Set(network.nodes.map(({ name }) => name));
  const backbone = session.backbone();
  const cuts = [
    { nodeName: featureNode, shape: [featureCount] },
    ...([1, 2, 'all'] as const).map((stages) => cutFor(session, stages)),
  ];
  const cut = cuts.find(({ nodeName }) => names.has(nodeName) && isEqualUpTo(network, backbone, nodeName));
  // A picture's preprocessing alone makes no backbone: then the file must say that it was ours.
  const isOurs = cut && (cut.nodeName !== cuts.at(-1)?.nodeName || fingerprint === session.info.fingerprint);
  if (!isOurs) throw new AppError('modelFileUnsupported', { layer: id });
  try {
    return { ...cutBefore(network, cut.nodeName, cut.shape), name: 'head' };
  } catch (thrown) {
    // A head that reads from within the backbone: no place parts the two.
    throw new AppError('modelFileUnsupported', { layer: id }, { cause: thrown });
  }
}

/** The same; who asks is told over which weights it may be. @throws AppError `modelFileUnsupported` with its `fingerprint` */
function trainedPartOf(session: Session, network: Network, backbone: BackboneInfo): Network {
  try {
    return trainedPart(session, network, backbone);
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'modelFileUnsupported') throw thrown;
    const details = { ...thrown.details, fingerprint: backbone.fingerprint };
    throw new AppError('modelFileUnsupported', details, { cause: thrown });
  }
}

/**
 * Reads a model file and takes what was trained off its backbone.
 * @throws AppError as the format's `read`; `modelFileUnsupported` if it stands on another backbone than ours, or was
 * trained on pictures resized in another way
 */
export async function importModel(
  sessionFor: (backbone: BackboneInfo) => Session,
  file: Blob,
  { onProgress, signal }: FileContext,
): Promise<{ description: ModelDescription; head: Network }> {
  const reader = await findModelReader(file);
  const { description, network } = await reader.read(file, {
    onProgress: (doneFraction) => onProgress({ doneFraction }),
    signal,
  });
  const session = sessionFor(description.backbone);
  const head = trainedPartOf(session, network, description.backbone);
  if (!isOverOurs(session, { ...session.info, resize: description.backbone.resize }))
    throw new AppError('modelFileUnsupported', { layer: description.backbone.id });
  return { description: { ...description, backbone: session.info }, head };
}

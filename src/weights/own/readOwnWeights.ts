/** Weights from a person's file: which of the networks they belong to, and that network with them in it. */

import type { Backbone } from '../../network/backbones/backbone.ts';
import { BACKBONES } from '../../network/backbones/registry.ts';
import { cutAfter, cutBefore } from '../../network/cut.ts';
import { foldBatchNorm } from '../../network/fold.ts';
import type { Network, NetworkNode, Preprocessing } from '../../network/network.ts';
import { AppError } from '../../shared/errors.ts';
import { toShownText } from '../files/fileErrors.ts';
import { checkMatch } from '../files/match/checkMatch.ts';
import { matchWeights, type WeightMatch } from '../files/match/matchWeights.ts';
import { type ReadWeightsOptions, readWeights } from '../files/match/readWeights.ts';
import { openTensorFile } from '../files/registry.ts';
import type { TensorFile, WeightFile } from '../files/tensorFile.ts';

/** What ImageNet has: a top of another size tells nothing that anybody could name. */
const IMAGENET_CLASSES = 1000;
/** Names of what is left over that are told. */
const MOST_TOLD = 20;

export interface OwnWeightsOptions extends ReadWeightsOptions {
  /** null: as the network was published. */
  readonly preprocessing: Preprocessing | null;
}

export interface OwnWeights {
  readonly backbone: Backbone;
  /** From the picture to the features, BatchNorm folded where it can be. */
  readonly features: Network;
  /** From the features to the classes of ImageNet; null where they did not come along. */
  readonly top: Network | null;
  readonly fit: {
    readonly naming: string;
    readonly found: number;
    readonly extra: readonly string[];
    readonly extraCount: number;
  };
}

interface Candidate {
  readonly backbone: Backbone;
  readonly nodes: readonly NetworkNode[];
  readonly match: WeightMatch;
}

/** How far a file is from a network: what is missing, what does not fit and what is over. */
function distanceOf({ match }: Candidate): number {
  return match.missing.length + match.misfits.length + match.extra.length;
}

/** The network that is nearest to what the file holds, up to its features. */
function nearest(file: TensorFile): Candidate {
  const candidates = BACKBONES.map((backbone): Candidate => {
    const whole = { name: backbone.id, nodes: backbone.buildNodes(), weights: {} };
    const { nodes } = cutAfter(whole, backbone.featureNode);
    return { backbone, nodes, match: matchWeights(nodes, file) };
  });
  return candidates.reduce((best, one) => (distanceOf(one) < distanceOf(best) ? one : best));
}

/** The same network with its top, where the file has all of it and it tells the classes of ImageNet apart; else null. */
function withTop({ backbone }: Candidate, file: TensorFile): Candidate | null {
  const nodes = backbone.buildNodes();
  const classes = nodes.findLast((node) => node.op === 'dense')?.units;
  if (classes !== IMAGENET_CLASSES) return null;
  const match = matchWeights(nodes, file);
  try {
    checkMatch(nodes, file, match);
  } catch (thrown) {
    // Its backbone is of use all the same.
    if (thrown instanceof AppError) return null;
    throw thrown;
  }
  return { backbone, nodes, match };
}

function prepared(nodes: readonly NetworkNode[], preprocessing: Preprocessing | null): NetworkNode[] {
  return nodes.map((node) => (preprocessing && node.op === 'input' ? { ...node, preprocessing } : node));
}

/**
 * @param files all that were chosen together: weights may lie in several
 * @throws AppError of the reader, `weightsFile…`; of a file that fits no network of ours `weightsOtherNetwork`,
 *   `weightsUnknownNetwork`, `weightsIncomplete`; `cancelled`
 */
export async function readOwnWeights(
  files: readonly WeightFile[],
  { preprocessing, ...options }: OwnWeightsOptions,
): Promise<OwnWeights> {
  const file = await openTensorFile(files);
  try {
    const bare = nearest(file);
    checkMatch(bare.nodes, file, bare.match);
    const whole = withTop(bare, file);
    const { backbone, nodes, match } = whole ?? bare;
    const weights = await readWeights(nodes, file, match, options);
    const network = { name: backbone.id, nodes: prepared(nodes, preprocessing), weights };
    const { featureNode, featureCount } = backbone;
    return {
      backbone,
      features: cutAfter(network, featureNode),
      top: whole ? foldBatchNorm(cutBefore(network, featureNode, [featureCount])) : null,
      fit: {
        naming: match.naming,
        found: match.map.size,
        extra: match.extra.slice(0, MOST_TOLD).map(toShownText),
        extraCount: match.extra.length,
      },
    };
  } finally {
    await file.close();
  }
}

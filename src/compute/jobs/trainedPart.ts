/** What a trained network is of the whole: a head over features, or with it the last stages of the backbone. */

import type { Arithmetic } from '../../domain/backends.ts';
import type { StartingNetwork } from '../../domain/model.ts';
import type { FineTuneSettings, TrainSettings } from '../../domain/trainSettings.ts';
import { appendHead } from '../../network/append.ts';
import { cutAfter, cutBefore } from '../../network/cut.ts';
import { inputNodeOf, type Network } from '../../network/network.ts';
import { type CutPoint, cutPointOf } from '../../network/stages.ts';
import { transferHead } from '../../network/transfer.ts';
import { createRandom } from '../../shared/random.ts';
import type { ExtractionTarget } from '../features/extractorApi.ts';
import type { Session } from './session.ts';

type OfBackbone = Pick<Session, 'plan'>;

/** Of one example, without the batch. */
export function inputShapeOf({ nodes }: Pick<Network, 'nodes'>): readonly number[] {
  return inputNodeOf(nodes).shape;
}

/**
 * The node of the backbone whose output a trained network reads, which is what its own input is called.
 * @returns null for a head, which reads the features
 */
export function cutOf({ plan }: OfBackbone, { nodes }: Pick<Network, 'nodes'>): string | null {
  const name = nodes[0]?.name;
  const isCut = name !== plan.featureNode && plan.nodes.some((node) => node.name === name);
  return isCut && name !== undefined ? name : null;
}

/** What the workers are to give of a picture for a trained network to read. */
export function targetOf(
  session: Pick<Session, 'plan' | 'ownInput'>,
  network: Pick<Network, 'nodes'>,
  arithmetic: Arithmetic,
): ExtractionTarget {
  const upTo = cutOf(session, network);
  return session.ownInput ? { arithmetic: 'float32', upTo, input: session.ownInput } : { arithmetic, upTo };
}

/** Where the backbone is cut for the stages that learn. */
export function cutFor({ plan }: OfBackbone, stages: FineTuneSettings['stages']): CutPoint {
  return cutPointOf(plan.nodes, stages);
}

/** The network to begin with, its outputs in the order of these classes. */
export function startFor(
  start: StartingNetwork | null,
  classNames: readonly string[],
  { seed }: Pick<TrainSettings, 'seed'>,
): Network | undefined {
  if (!start) return undefined;
  const isSame =
    start.classNames.length === classNames.length &&
    start.classNames.every((name, i) => name === classNames[i]);
  if (isSame) return start.network;
  const random = createRandom(seed);
  return transferHead(start.network, start.classNames, classNames, () => random.next());
}

/** The whole network from picture to probabilities. */
export function toWhole(backbone: Network, cut: string | null, trained: Network): Network {
  return appendHead(cut === null ? backbone : cutAfter(backbone, cut), trained);
}

/** The head alone of a fine-tuned part whose backbone stages are as they were. */
export function headOfFineTuned({ plan }: OfBackbone, part: Network): Network {
  return { ...cutBefore(part, plan.featureNode, [plan.featureCount]), name: 'head' };
}

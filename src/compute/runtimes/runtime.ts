/** What a runtime is: networks run and trained on one kind of device, behind one interface. Engine's side of it. */
import type { Arithmetic, BackendName, BackendVerdict } from '../../domain/backends.ts';
import type { Network, NetworkNode } from '../../network/network.ts';
import type { ActivationRanges } from '../../network/quantise.ts';
import type { NormMode } from '../training/trainablePlan.ts';
import type { Trainer, TrainerArgs } from '../training/trainer.ts';
import type { BackboneBytes, Forward, ForwardStart, ForwardTarget, RuntimeName } from './forward.ts';

/** What a runtime cannot do: it does not cover the node, because of that. */
export interface Gap {
  readonly nodeName: string;
  readonly because: string;
}

/** What the probe of one backend found. */
export interface Probe {
  readonly name: BackendName;
  /** null: usable. */
  readonly fault: Extract<
    BackendVerdict,
    'unavailable' | 'wrongResults' | 'float16Only' | 'lost' | 'uncovered' | 'notTried'
  > | null;
  /** The first node that it does not cover; null: it covers all. */
  readonly gap: Gap | null;
  /** What it would compute features in. */
  readonly arithmetic: Arithmetic;
  readonly software: boolean;
  readonly maxError: number | null;
  readonly estimatedMsPerPicture: number | null;
  readonly device: string;
}

/** A network that is to run, and where. */
export interface ProbeQuestion {
  readonly backend: BackendName;
  readonly nodes: readonly NetworkNode[];
  /** Upper bounds of ReLUs: without them 8-bit integers cannot be had. */
  readonly ranges: ActivationRanges;
  /** Those that may be taken; at least one. */
  readonly arithmetics: readonly [Arithmetic, ...Arithmetic[]];
  /** That would share the work. */
  readonly workers: number;
  /** The person asked for it. */
  readonly isWish: boolean;
}

export interface Runtime {
  /** Of its folder. */
  readonly name: RuntimeName;
  /** What it computes features on. */
  readonly backends: readonly BackendName[];
  /** What it trains beside; the first runtime that covers a network trains it. */
  readonly trainsBeside: readonly BackendName[];
  /** It covers every node on every device, so that it is asked last. */
  readonly isFallback: boolean;
  readonly arithmetics: readonly Arithmetic[];
  /** Is it there, is it right, how fast is it? Never throws: what is wrong is part of the answer. */
  probe(question: ProbeQuestion): Promise<Probe>;
  /** null: it runs all of the network. @param ranges as in `ProbeQuestion` */
  inferenceGap(nodes: readonly NetworkNode[], arithmetic: Arithmetic, ranges: ActivationRanges): Gap | null;
  /** null: it trains all of the network here. */
  trainingGap(nodes: readonly NetworkNode[], norms: NormMode): Promise<Gap | null>;
  /** For the `opener` in a worker. @throws AppError `outOfMemory` */
  prepareForward(backend: BackendName, backbone: BackboneBytes, target: ForwardTarget): Promise<ForwardStart>;
  /** A whole network in float32, in this thread. @throws AppError `outOfMemory` */
  openNetwork(network: Network): Promise<Forward>;
  /**
   * Trains whatever lies behind a cut and ends in a softmax: a head, the last stages, all of a network.
   * @param workers that share the rows on the processor; 0: this thread alone, for what is as light as a head
   * @throws AppError `outOfMemory`, `workerDied`
   */
  createTrainer(args: TrainerArgs, workers: number): Promise<Trainer>;
}

/** What nothing is known of yet. */
export function blankProbe(name: BackendName): Omit<Probe, 'fault'> {
  return {
    ...{ name, gap: null, arithmetic: 'float32', software: false, device: '' },
    ...{ maxError: null, estimatedMsPerPicture: null },
  };
}

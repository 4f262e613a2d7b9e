/** From scratch: all of a network learns, BatchNorm included, from the pictures themselves on. */
import type { TrainSettings } from '../../domain/trainSettings.ts';
import { appendHead } from '../../network/append.ts';
import { cutBefore } from '../../network/cut.ts';
import { createFreshNetwork } from '../../network/freshNetwork.ts';
import { buildHeadNodes } from '../../network/head.ts';
import type { NetworkNode } from '../../network/network.ts';
import type { FineTuneProgress, ScratchArgs, TrainResult } from '../../rpc/trainingCalls.ts';
import { AppError } from '../../shared/errors.ts';
import { chooseTrainer } from '../runtimes/choose/chooseTrainer.ts';
import { unlessLost } from '../runtimes/unlessLost.ts';
import { microBatchOf } from '../training/fineTunePhase.ts';
import type { TrainHeadContext } from '../training/runState.ts';
import { trainHead } from '../training/train.ts';
import { type Activations, openActivations } from './activations.ts';
import { prepareActivations, SNAPSHOT_EVERY_MS } from './fineTuneJob.ts';
import { keepingSnapshots, snapshotOf } from './keptSnapshots.ts';
import { rowsOfSplits } from './measureHead.ts';
import { canKeepPixels, openPixelRows } from './pixelRows.ts';
import type { Session } from './session.ts';
import { withTarget } from './targetShelf.ts';
import { inputShapeOf, startFor, targetOf } from './trainedPart.ts';

type JobContext = Omit<TrainHeadContext, 'lost' | 'onProgress' | 'readyForSnapshot'> & {
  readonly onProgress: (progress: FineTuneProgress) => void;
};

/** All that learns: the whole network with a head for the classes, behind the picture as it enters. */
export function nodesFromScratch(
  { plan: { backboneId, nodes, featureCount } }: Pick<Session, 'plan'>,
  settings: TrainSettings,
  classCount: number,
): readonly NetworkNode[] {
  const head = { name: 'head', nodes: buildHeadNodes(settings, featureCount, classCount), weights: {} };
  const whole = appendHead({ name: backboneId, nodes, weights: {} }, head);
  const [input] = nodes;
  if (!input) throw new Error(`${backboneId} has no nodes`);
  return cutBefore(whole, input.name, inputShapeOf(whole)).nodes;
}

/**
 * @param session of `freshSessionOf`
 * @throws AppError `nothingToTrain`, `notFound` for an example without picture; otherwise as `trainHead`
 */
export async function runFromScratch(
  session: Session,
  args: ScratchArgs,
  context: JobContext,
): Promise<TrainResult> {
  const startMs = performance.now();
  const resumeFrom = await snapshotOf(args);
  // It may have been set for other runs; here there is one phase.
  const settings = { ...args.settings, fineTune: null };
  const start = startFor(args.start, args.classNames, settings);
  const nodes =
    (resumeFrom?.head ?? start)?.nodes ?? nodesFromScratch(session, settings, args.classNames.length);
  const target = targetOf(session, { nodes }, 'float32');
  const { inputSizePx: sizePx } = session.info;
  const options = {
    ...{ examples: args.examples, pictures: args.pictures, sizePx },
    ...{ augmentation: settings.augmentation, seed: settings.seed, signal: context.signal },
    ...{ finishSignal: context.finishSignal, pauseGate: context.pauseGate },
  };
  const openSource = () =>
    target.input && canKeepPixels(args.pictures.length, sizePx)
      ? openPixelRows(session, target.input, options)
      : openActivations({ pool: session.pool, target, shape: inputShapeOf({ nodes }), ...options });
  const result = await withTarget(session, target, async () => {
    const activations = await openSource();
    try {
      return await learn(session, { ...args, settings }, { nodes, activations, resumeFrom, start }, context);
    } finally {
      await activations.close();
    }
  });
  return { ...result, backbone: session.info, elapsedMs: performance.now() - startMs };
}

interface Prepared {
  readonly nodes: readonly NetworkNode[];
  readonly activations: Activations;
  readonly resumeFrom: Awaited<ReturnType<typeof snapshotOf>>;
  readonly start: ReturnType<typeof startFor>;
}

async function learn(
  session: Session,
  { examples, classNames, settings, keep }: ScratchArgs,
  { nodes, activations, resumeFrom, start }: Prepared,
  context: JobContext,
) {
  const rows = rowsOfSplits(examples);
  if (rows.train.length === 0) throw new AppError('nothingToTrain');
  await prepareActivations(activations, rows, context);
  const { lost } = session.active;
  const labels = Int32Array.from(examples, ({ classIndex }) => classIndex);
  return unlessLost(
    lost,
    trainHead(
      {
        ...{ rows, settings, resumeFrom, start, epochsAreLong: true },
        labels,
        classCount: classNames.length,
        createFresh: (random) => createFreshNetwork(session.plan.backboneId, nodes, random),
        snapshotEveryMs: SNAPSHOT_EVERY_MS,
        onOrder: (upcoming, epoch) => activations.expect(upcoming, epoch),
        createTrainer: ({ classWeights, start: from }) =>
          chooseTrainer(
            {
              ...{ source: activations, labels, classWeights, settings, start: from },
              microBatch: microBatchOf({ nodes }, settings.batchSize, 'learning'),
              norms: 'learning',
              signal: context.signal,
            },
            session.pool.size,
          ),
      },
      { ...context, ...keepingSnapshots(keep, context.onProgress), lost },
    ),
  );
}

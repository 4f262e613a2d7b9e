/** The second phase of a run: the backbone's last stages learn together with the head that the first phase made. */

import type { TrainSnapshot } from '../../domain/checkpoint.ts';
import type { FineTuneSettings } from '../../domain/trainSettings.ts';
import { cutBefore } from '../../network/cut.ts';
import type { Network } from '../../network/network.ts';
import type { CutPoint } from '../../network/stages.ts';
import type { FineTuneArgs, FineTuneProgress, TrainResult } from '../../rpc/trainingCalls.ts';
import { AppError } from '../../shared/errors.ts';
import { chooseTrainer } from '../runtimes/choose/chooseTrainer.ts';
import { unlessLost } from '../runtimes/unlessLost.ts';
import { microBatchOf, settingsOfPhase } from '../training/fineTunePhase.ts';
import type { TrainHeadContext } from '../training/runState.ts';
import { type TrainHeadResult, trainHead } from '../training/train.ts';
import { type Activations, openActivations } from './activations.ts';
import { keepingSnapshots, snapshotOf } from './keptSnapshots.ts';
import { measureHead, rowsOfSplits } from './measureHead.ts';
import type { Session } from './session.ts';
import { withTarget } from './targetShelf.ts';
import { cutFor, cutOf, headOfFineTuned, inputShapeOf, startFor, targetOf, toWhole } from './trainedPart.ts';

/** A snapshot of these weights and their moments is hundreds of megabytes. */
export const SNAPSHOT_EVERY_MS = 55_000;
const REPORT_EVERY_MS = 250;

type JobContext = Omit<TrainHeadContext, 'lost' | 'onProgress' | 'readyForSnapshot'> & {
  readonly onProgress: (progress: FineTuneProgress) => void;
};

/** All that learns as one network, from the wanted cut or, where its stages differ from earlier on, from there. */
export function trainablePartOf(
  session: Session,
  start: Network,
  stages: FineTuneSettings['stages'],
): Network {
  const wanted: CutPoint = cutFor(session, stages);
  const present = cutOf(session, start);
  const place = (name: string) => session.plan.nodes.findIndex((node) => node.name === name);
  if (present !== null && place(present) <= place(wanted.nodeName)) return start;
  return cutBefore(toWhole(session.backbone(), present, start), wanted.nodeName, wanted.shape);
}

/**
 * Goes on with a trained head. Where no epoch of this phase did better on the validation pictures than the head alone,
 * the result is that head.
 * @throws AppError `nothingToTrain`, `notFound` for an example without picture; otherwise as `trainHead`
 */
export async function runFineTuning(
  session: Session,
  args: FineTuneArgs,
  context: JobContext,
): Promise<TrainResult> {
  const startMs = performance.now();
  const { fineTune } = args.settings;
  const resumeFrom = await snapshotOf(args);
  const start = resumeFrom?.head ?? startFor(args.start, args.classNames, args.settings);
  if (!fineTune || !start) throw new AppError('unexpected', { message: 'nothing to fine-tune' });
  const folded = trainablePartOf(session, start, fineTune.stages);
  // What goes on has been unfolded already.
  const wantsNorms = fineTune.norms === 'learning' && !resumeFrom;
  const part = wantsNorms ? await session.unfold(folded) : folded;
  const target = targetOf(session, part, args.arithmetic);
  const result = await withTarget(session, target, async () => {
    const activations = await openActivations({
      ...{ pool: session.pool, target, shape: inputShapeOf(part) },
      ...{ examples: args.examples, pictures: args.pictures },
      ...{ augmentation: args.settings.augmentation, seed: args.settings.seed },
      ...{ sizePx: session.info.inputSizePx, signal: context.signal },
      ...{ finishSignal: context.finishSignal, pauseGate: context.pauseGate },
    });
    try {
      return await learn(session, args, { part, activations, fineTune, resumeFrom }, context);
    } finally {
      await activations.close();
    }
  });
  return { ...result, elapsedMs: performance.now() - startMs };
}

interface Prepared {
  readonly part: Network;
  readonly activations: Activations;
  readonly fineTune: FineTuneSettings;
  readonly resumeFrom: TrainSnapshot | null;
}

async function learn(
  session: Session,
  args: FineTuneArgs,
  { part, activations, fineTune, resumeFrom }: Prepared,
  context: JobContext,
): Promise<TrainHeadResult> {
  const { examples, classNames } = args;
  const rows = rowsOfSplits(examples);
  if (rows.train.length === 0) throw new AppError('nothingToTrain');
  await prepareActivations(activations, rows, context);
  if (context.finishSignal.aborted && args.start && args.curve.length > 0 && !resumeFrom) {
    const head = args.start.network;
    const { curve, bestEpoch } = args;
    return {
      head,
      curve,
      bestEpoch,
      stopReason: 'finishedByPerson',
      ...(await unlessLost(session.active.lost, measureHead(session, args, head))),
    };
  }
  const { lost } = session.active;
  const labels = Int32Array.from(examples, ({ classIndex }) => classIndex);
  const settings = settingsOfPhase(args.settings, fineTune);
  const curve = (resumeFrom?.curve ?? args.curve).filter(({ phase }) => phase !== 'fineTune');
  const trained = await unlessLost(
    lost,
    trainHead(
      {
        ...{ labels, rows, settings, resumeFrom, start: part },
        createFresh: () => part,
        classCount: classNames.length,
        after: { curve, bestEpoch: args.bestEpoch },
        snapshotEveryMs: SNAPSHOT_EVERY_MS,
        epochsAreLong: true,
        onOrder: (upcoming, epoch) => activations.expect(upcoming, epoch),
        createTrainer: ({ classWeights, start }) =>
          chooseTrainer(
            {
              ...{ source: activations, labels, classWeights, settings, start },
              microBatch: microBatchOf(part, settings.batchSize, fineTune.norms),
              norms: fineTune.norms ?? 'frozen',
              signal: context.signal,
            },
            session.pool.size,
          ),
      },
      { ...context, ...keepingSnapshots(args.keep, context.onProgress), lost },
    ),
  );
  // Without a first phase it went on from a fine-tuned model, whose stages are not those of the backbone any more.
  if (trained.bestEpoch > curve.length || curve.length === 0) return trained;
  // Nothing was gained: the head over the backbone as it was is smaller, and quicker to ask.
  const head = headOfFineTuned(session, trained.head);
  return { ...trained, head, ...(await unlessLost(session.active.lost, measureHead(session, args, head))) };
}

/** Pictures as they are, through the frozen part and onto the disk. */
export async function prepareActivations(
  activations: Activations,
  rows: ReturnType<typeof rowsOfSplits>,
  { onProgress, pauseGate }: Pick<JobContext, 'onProgress' | 'pauseGate'>,
): Promise<void> {
  const plain = Int32Array.from([
    ...rows.validation,
    ...rows.test,
    ...(activations.isAugmented ? [] : rows.train),
  ]);
  const total = Math.min(plain.length, activations.keptRows);
  const activeMs = () => performance.now() - (pauseGate?.pausedMs ?? 0);
  const startMs = activeMs();
  let lastMs = startMs;
  await activations.prepare(plain, (done) => {
    if (activeMs() - lastMs < REPORT_EVERY_MS && done < total) return;
    lastMs = activeMs();
    const msPerRow = (lastMs - startMs) / done;
    onProgress({
      kind: 'activations',
      extract: {
        ...{ done, total, reused: 0 },
        picturesPerSecond: 1000 / msPerRow,
        remainingMs: (total - done) * msPerRow,
      },
    });
  });
}

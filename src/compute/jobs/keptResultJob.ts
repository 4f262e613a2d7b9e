/** What an interrupted run has come to, without learning on: where it cannot go on, its best weights are a model all the same. */
import type { TrainExample } from '../../domain/checkpoint.ts';
import { toMetrics } from '../../evaluation/metrics.ts';
import type { Network } from '../../network/network.ts';
import type { KeptResultArgs, TrainResult } from '../../rpc/trainingCalls.ts';
import { AppError, throwIfCancelled } from '../../shared/errors.ts';
import { openNetwork } from '../runtimes/choose/openNetwork.ts';
import { toPredicted } from '../training/measure.ts';
import { readKept } from './keptSnapshots.ts';
import { mapsOf } from './mapsOfPictures.ts';
import { measureHead } from './measureHead.ts';
import { openPictureFiles } from './pictureFiles.ts';
import type { Session } from './session.ts';
import { withTarget } from './targetShelf.ts';
import { cutOf, headOfFineTuned, targetOf } from './trainedPart.ts';

/** Pictures whose maps are in memory at a time. */
const PICTURES_AT_ONCE = 32;

/**
 * @throws AppError `nothingToTrain` where no epoch has ended yet; `notFound` for a picture or features that are not there;
 * otherwise as `readKept`
 */
export async function measureKept(
  session: Session,
  args: KeptResultArgs,
  signal: AbortSignal,
): Promise<TrainResult> {
  const startMs = performance.now();
  const { bestHead, bestEpoch, curve } = await readKept(args);
  const firstEpochs = curve.filter(({ phase }) => phase !== 'fineTune').length;
  if (curve.length === 0) throw new AppError('nothingToTrain');
  const cut = cutOf(session, bestHead);
  // Stages that have won nothing yet are those of the backbone; without a first phase they never were.
  const isHead = cut === null || (!args.settings.fromScratch && firstEpochs > 0 && bestEpoch <= firstEpochs);
  const head = cut !== null && isHead ? headOfFineTuned(session, bestHead) : bestHead;
  const measured = isHead
    ? await measureHead(session, args, head)
    : await measurePart(session, args, head, signal);
  const ofNetwork = args.settings.fromScratch ? { backbone: session.info } : {};
  const elapsedMs = (curve.at(-1)?.elapsedMs ?? 0) + performance.now() - startMs;
  return { head, curve, bestEpoch, stopReason: 'finishedByPerson', ...measured, elapsedMs, ...ofNetwork };
}

/** The same for stages of the backbone, whose input is computed anew. */
async function measurePart(
  session: Session,
  { examples, classNames, pictures, arithmetic }: KeptResultArgs,
  part: Network,
  signal: AbortSignal,
): Promise<Pick<TrainResult, 'validation' | 'test' | 'testProbabilities' | 'validationProbabilities'>> {
  const files = openPictureFiles(pictures);
  const target = targetOf(session, part, arithmetic);
  const runner = await openNetwork(session.prepared.report.chosen, part);
  const classCount = classNames.length;

  async function probabilitiesOf(some: readonly TrainExample[]): Promise<Float32Array<ArrayBuffer>> {
    const all = new Float32Array(some.length * classCount);
    for (let start = 0; start < some.length; start += PICTURES_AT_ONCE) {
      throwIfCancelled(signal);
      const batch = some.slice(start, start + PICTURES_AT_ONCE);
      const maps = await mapsOf(session, batch, files, target, signal);
      for (const [index, map] of maps.entries())
        all.set(await runner.run(map, 1), (start + index) * classCount);
    }
    return all;
  }
  const metricsOf = (some: readonly TrainExample[], probabilities: Float32Array<ArrayBuffer>) =>
    some.length === 0
      ? null
      : toMetrics(
          some.map(({ classIndex }) => classIndex),
          [...toPredicted(probabilities, classCount)],
          classCount,
        );
  try {
    return await withTarget(session, target, async () => {
      const validation = examples.filter(({ split }) => split === 'validation');
      const test = examples.filter(({ split }) => split === 'test');
      const testProbabilities = await probabilitiesOf(test);
      const validationProbabilities = await probabilitiesOf(validation);
      return {
        validation: metricsOf(validation, validationProbabilities),
        test: metricsOf(test, testProbabilities),
        testProbabilities,
        validationProbabilities,
      };
    });
  } finally {
    runner.dispose();
  }
}

/** What a second phase would cost on this machine, found out by a few steps on empty pictures and a few made-up ones. */

import { type FineTuneSettings, tuningOf } from '../../domain/trainSettings.ts';
import { cutBefore } from '../../network/cut.ts';
import { createFreshNetwork } from '../../network/freshNetwork.ts';
import { buildHeadNodes, createHead } from '../../network/head.ts';
import type { Network } from '../../network/network.ts';
import type { EstimateArgs, FineTuneEstimate } from '../../rpc/trainingCalls.ts';
import { allocateFloats } from '../../shared/allocate.ts';
import { AppError, throwIfCancelled } from '../../shared/errors.ts';
import { createRandom, type Random } from '../../shared/random.ts';
import { slotsThatFit } from '../../storage/scratchFile.ts';
import { chooseTrainer } from '../runtimes/choose/chooseTrainer.ts';
import { unlessLost } from '../runtimes/unlessLost.ts';
import type { ActivationSource } from '../training/activationSource.ts';
import { microBatchOf, settingsOfPhase } from '../training/fineTunePhase.ts';
import { trainableBytesPerPicture, trainableCount } from '../training/trainablePlan.ts';
import { slotNamesOf } from '../training/updateRule.ts';
import { trainablePartOf } from './fineTuneJob.ts';
import { measureFrozen } from './frozenTime.ts';
import { canKeepPixels } from './pixelRows.ts';
import { nodesFromScratch } from './scratchJob.ts';
import type { Session } from './session.ts';
import { inputShapeOf, targetOf, toWhole } from './trainedPart.ts';

const FLOAT_BYTES = 4;
const HALF_BYTES = 2;
/** Pictures of the two steps that are timed, for each worker, after one that is not: compiling belongs to no picture. */
const FEW = 1;
const MORE = 3;
/** What a step makes beside what it keeps: the columns of a convolution, and gradients on their way back. */
const MAPS_ON_THE_WAY = 2;

/** What would learn, on a head that has learned nothing; a fine-tuned model to go on from may begin before the wanted stages. */
async function partToMeasure(
  session: Session,
  { settings, classCount, startCut }: EstimateArgs,
  { stages, norms }: FineTuneSettings,
  random: Random,
): Promise<Network> {
  if (session.ownInput) {
    const all = nodesFromScratch(session, settings, classCount);
    return createFreshNetwork(session.plan.backboneId, all, () => random.next());
  }
  const nodes = buildHeadNodes(settings, session.info.featureCount, classCount);
  const head = createHead(nodes, () => random.next());
  const wanted = trainablePartOf(session, head, stages);
  const earlier =
    startCut && cutBefore(toWhole(session.backbone(), null, head), startCut.nodeName, startCut.shape);
  const part = earlier && earlier.nodes.length > wanted.nodes.length ? earlier : wanted;
  return norms === 'learning' ? session.unfold(part) : part;
}

/** @throws AppError `outOfMemory`, `workerDied`, `deviceLost`, `cancelled` */
export async function estimateFineTuning(
  session: Session,
  args: EstimateArgs,
  signal: AbortSignal,
): Promise<FineTuneEstimate> {
  const { settings, classCount, pictureCount } = args;
  const fineTune = tuningOf(settings);
  if (!fineTune) throw new AppError('unexpected', { message: 'nothing to estimate' });
  const random = createRandom(settings.seed);
  const { norms = 'frozen' } = fineTune;
  const part = await partToMeasure(session, args, fineTune, random);
  const width = inputShapeOf(part).reduce((product, side) => product * side, 1);
  const source: ActivationSource = {
    training: async (rows) => ({ values: allocateFloats(rows.length * width) }),
    plain: async (rows) => allocateFloats(rows.length * width),
  };
  const phase = settingsOfPhase(settings, fineTune);
  throwIfCancelled(signal);
  const target = targetOf(session, part, session.arithmetic);
  // Before the trainer takes its memory.
  const frozenMsPerPicture = await measureFrozen(session, target, settings, signal);
  const keepsPixels = session.ownInput !== null && canKeepPixels(pictureCount, session.info.inputSizePx);
  const workers = session.pool.size;
  const [few, more] = [FEW * workers, MORE * workers];
  const hasNorms = norms === 'learning' && part.nodes.some(({ op }) => op === 'batchNorm');
  const microBatch = microBatchOf(part, phase.batchSize, norms);
  const trainer = await chooseTrainer(
    {
      // A GPU learns one shape; workers share what goes through together.
      ...{ source, settings: phase, microBatch: workers === 1 ? 1 : Math.min(more, microBatch) },
      labels: new Int32Array(more),
      classWeights: new Array<number>(classCount).fill(1),
      start: { head: part, optimizerState: {}, optimizerSteps: 0 },
      norms,
    },
    workers,
  );
  const timeOf = async (count: number) => {
    throwIfCancelled(signal);
    const startMs = performance.now();
    await trainer.step(new Int32Array(count), random, 0);
    // Asking for a number waits until a GPU is done.
    await unlessLost(session.active.lost, trainer.takeTotals());
    return performance.now() - startMs;
  };
  try {
    await timeOf(few);
    const fewMs = await timeOf(few);
    const moreMs = await timeOf(more);
    const msPerPicture = Math.max(0, (moreMs - fewMs) / (more - few));
    const parameters = trainableCount(part.nodes, norms);
    // Weights, what the optimiser remembers, and the gradients of each worker.
    const copies = 1 + slotNamesOf(phase).length + workers;
    return {
      trainableParameters: parameters,
      msPerPicture,
      msPerStep: Math.max(0, fewMs - few * msPerPicture),
      frozenMsPerPicture,
      memoryBytes:
        parameters * copies * FLOAT_BYTES +
        microBatch * trainableBytesPerPicture(part.nodes, norms) * MAPS_ON_THE_WAY,
      normPictures: hasNorms ? microBatch : null,
      cacheBytesPerPicture: width * HALF_BYTES,
      cachedPictures: keepsPixels ? pictureCount : await slotsThatFit(width * HALF_BYTES, pictureCount),
      augmentsFromMemory: keepsPixels,
    };
  } finally {
    trainer.dispose();
  }
}

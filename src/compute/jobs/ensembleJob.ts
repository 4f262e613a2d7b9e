/** Makes one model of several: measures each on the same pictures, weighs them, and joins their networks. */
import type { TrainExample } from '../../domain/checkpoint.ts';
import { toMetrics } from '../../evaluation/metrics.ts';
import { fitMixture } from '../../evaluation/mixtureWeights.ts';
import { joinMembers } from '../../network/ensemble.ts';
import type { Network } from '../../network/network.ts';
import type { EnsembleArgs, EnsembleResult } from '../../rpc/ensembleCalls.ts';
import type { ExtractProgress } from '../../rpc/featureCalls.ts';
import { AppError, throwIfCancelled } from '../../shared/errors.ts';
import { openNetwork } from '../runtimes/choose/openNetwork.ts';
import type { Forward } from '../runtimes/forward.ts';
import { toPredicted } from '../training/measure.ts';
import { type LoadBackbone, toSharedInput } from './ensembleParts.ts';
import { mapsOf } from './mapsOfPictures.ts';
import { openPictureFiles } from './pictureFiles.ts';
import type { Session } from './session.ts';
import { withTarget } from './targetShelf.ts';
import { targetOf } from './trainedPart.ts';

/** Pictures whose maps are in memory at a time. */
const PICTURES_AT_ONCE = 16;

interface JobContext {
  readonly onProgress: (progress: ExtractProgress) => void;
  readonly signal: AbortSignal;
}

/** For each class of the whole, which output of a member it is. @throws AppError `ensembleOtherClasses` */
function outputsOf(wanted: readonly string[], known: readonly string[]): readonly number[] {
  const outputs = wanted.map((name) => known.indexOf(name));
  if (wanted.length !== known.length || outputs.includes(-1)) throw new AppError('ensembleOtherClasses');
  return outputs;
}

/** Of each network its probabilities, `[examples, outputs]`. */
async function runAll(
  session: Session,
  networks: readonly Network[],
  { examples, pictures }: Pick<EnsembleArgs, 'examples' | 'pictures'>,
  { onProgress, signal }: JobContext,
): Promise<readonly Float32Array[]> {
  const [first] = networks;
  if (!first) throw new Error('an ensemble of nothing');
  const files = openPictureFiles(pictures);
  const target = targetOf(session, first, session.arithmetic);
  const runners: Forward[] = [];
  const rows: Float32Array[][] = networks.map(() => []);
  const startMs = performance.now();

  async function runBatch(batch: readonly TrainExample[], from: number): Promise<void> {
    const maps = await mapsOf(session, batch, files, target, signal);
    for (const [index, map] of maps.entries()) {
      for (const [k, runner] of runners.entries()) rows[k]?.push(await runner.run(map, 1));
      throwIfCancelled(signal);
      const done = from + index + 1;
      const msEach = (performance.now() - startMs) / done;
      onProgress({
        ...{ done, total: examples.length, reused: 0, picturesPerSecond: 1000 / msEach },
        remainingMs: (examples.length - done) * msEach,
      });
    }
  }

  try {
    for (const network of networks) runners.push(await openNetwork(session.prepared.report.chosen, network));
    await withTarget(session, target, async () => {
      for (let from = 0; from < examples.length; from += PICTURES_AT_ONCE)
        await runBatch(examples.slice(from, from + PICTURES_AT_ONCE), from);
    });
    return rows.map((some) => {
      const width = some[0]?.length ?? 0;
      const all = new Float32Array(some.length * width);
      for (const [at, row] of some.entries()) all.set(row, at * width);
      return all;
    });
  } finally {
    for (const runner of runners) runner.dispose();
  }
}

/** Whether nothing of the backbone is computed for them beforehand. */
function readsPicture({ plan }: Session, [first]: readonly Network[]): boolean {
  return first?.nodes[0]?.name === plan.nodes[0]?.name;
}

/**
 * @param session over the backbone of the first member
 * @throws AppError `ensembleOtherClasses`, `ensembleOtherSize`; `notFound` and `pictureUnreadable` for a picture; `cancelled`
 */
export async function makeEnsemble(
  session: Session,
  { members, classNames, examples, pictures, weighting, flips }: EnsembleArgs,
  loadBackbone: LoadBackbone,
  context: JobContext,
): Promise<EnsembleResult> {
  const parts = await toSharedInput(session, members, flips, loadBackbone);
  const perMember = parts.length / members.length;
  const outputs = parts.map((_, k) =>
    outputsOf(classNames, members[Math.floor(k / perMember)]?.classNames ?? []),
  );
  const classCount = classNames.length;
  const all = await runAll(session, parts, { examples, pictures }, context);
  const probabilityOf = (k: number, row: number, classIndex: number) =>
    all[k]?.[row * classCount + (outputs[k]?.[classIndex] ?? 0)] ?? 0;
  const rowsOf = (split: TrainExample['split']) =>
    examples.flatMap((example, row) => (example.split === split ? [row] : []));
  const [validation, test] = [rowsOf('validation'), rowsOf('test')];
  // A picture and its mirror image count as one voice.
  const voiceOf = (member: number, row: number, classIndex: number) =>
    Array.from({ length: perMember }, (_, i) =>
      probabilityOf(member * perMember + i, row, classIndex),
    ).reduce((sum, value) => sum + value / perMember, 0);
  const ofTruth = members.map((_, member) =>
    Float32Array.from(validation, (row) => voiceOf(member, row, examples[row]?.classIndex ?? 0)),
  );
  const weights = weighting === 'fitted' ? fitMixture(ofTruth) : members.map(() => 1 / members.length);

  const metricsOf = (rows: readonly number[], weightOf: readonly number[]) => {
    if (rows.length === 0) return null;
    const mixed = Float32Array.from({ length: rows.length * classCount }, (_, at) => {
      const [row = 0, classIndex] = [rows[Math.floor(at / classCount)], at % classCount];
      return weightOf.reduce((sum, weight, member) => sum + weight * voiceOf(member, row, classIndex), 0);
    });
    const truth = rows.map((row) => examples[row]?.classIndex ?? 0);
    return toMetrics(truth, [...toPredicted(mixed, classCount)], classCount);
  };
  const alone = (member: number) => members.map((_, k) => (k === member ? 1 : 0));
  const joined = parts.map((network, k) => ({
    network,
    weight: (weights[Math.floor(k / perMember)] ?? 0) / perMember,
    outputOf: outputs[k] ?? [],
  }));
  return {
    head: joinMembers('head', joined),
    backbone: session.info,
    arithmetic: readsPicture(session, parts) ? 'float32' : session.arithmetic,
    weights,
    validation: metricsOf(validation, weights),
    test: metricsOf(test, weights),
    memberTests: members.map((_, member) => metricsOf(test, alone(member))),
  };
}

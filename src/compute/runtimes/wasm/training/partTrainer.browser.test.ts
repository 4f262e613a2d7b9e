import { describe, expect, it } from 'vitest';
import type { TrainSettings } from '../../../../domain/trainSettings.ts';
import { createRandom } from '../../../../shared/random.ts';
import { BARE, createPart, DROPOUT_PART, PARTS } from '../../../../testing/training/fineTunedParts.ts';
import { NORMED_PART } from '../../../../testing/training/normedPart.ts';
import {
  largestWeightDifference,
  PART_ROWS,
  partArgsFor,
  steppedBy,
  type TrainerInQuestion,
  testPartGradients,
  testPartTrainer,
  withPartTrainer,
} from '../../../../testing/training/partTrainerContract.ts';
import { KERNEL_BUILDS, type KernelBuild } from '../builds.ts';
import { loadTrainingKernels } from './loadTrainingKernels.ts';
import { createPartTrainer, type PartCrewOptions } from './partTrainer.ts';

const living = new Set<Worker>();

function spawn(): Worker {
  const worker = new Worker(new URL('../../../trainer.worker.ts', import.meta.url), { type: 'module' });
  living.add(worker);
  const terminate = worker.terminate.bind(worker);
  worker.terminate = () => {
    living.delete(worker);
    terminate();
  };
  return worker;
}

interface Crew {
  readonly build?: KernelBuild;
  readonly workers: number;
  readonly isShared: boolean;
}

async function optionsOf({ build, workers, isShared }: Crew): Promise<PartCrewOptions> {
  const builds = build && [build];
  const [own, shared] = [await loadTrainingKernels(builds), await loadTrainingKernels(builds, true)];
  if (!own || !shared) throw new Error('no kernels');
  return { kernels: { own, shared: isShared ? shared : null }, workers, spawn };
}

function trainerOf(crew: Crew): TrainerInQuestion {
  return {
    create: async (args) => createPartTrainer(await optionsOf(crew), args),
    held: () => living.size,
  };
}

/** Held to all that there is; the others, to the way of one alone. */
const WHOLE_CREW: Crew = { workers: 2, isShared: true };
const CREWS: readonly Crew[] = [
  ...KERNEL_BUILDS.map((build): Crew => ({ build, workers: 1, isShared: true })),
  WHOLE_CREW,
  { workers: 2, isShared: false },
  { workers: 3, isShared: true },
  { workers: 3, isShared: false },
];

describe('a part on our own kernels', () => {
  testPartTrainer(trainerOf(WHOLE_CREW));
});

describe.each(KERNEL_BUILDS)('a part on our own kernels, build %s', (build) => {
  testPartGradients(trainerOf({ build, workers: 1, isShared: false }));
});

describe('a part on several workers', () => {
  const alone = trainerOf({ workers: 1, isShared: false });
  const settings: TrainSettings = {
    ...BARE,
    optimizer: 'sgd',
    momentum: 0.9,
    learningRate: 0.1,
    clipNorm: 0.5,
  };

  it.each(CREWS)('goes the way of one alone: %o', async (crew) => {
    for (const nodes of [DROPOUT_PART, NORMED_PART, PARTS['a grouped convolution'] ?? []]) {
      const args = partArgsFor(createPart(nodes), { settings, norms: 'learning' });
      const way = (question: TrainerInQuestion) =>
        withPartTrainer(question, args, async (trainer) => {
          const random = createRandom(1);
          for (let step = 0; step < 4; step++) await trainer.step(PART_ROWS, random, 0.1);
          return { network: await trainer.toNetwork(), totals: await trainer.takeTotals() };
        });
      const [one, several, again] = [
        await way(alone),
        await way(trainerOf(crew)),
        await way(trainerOf(crew)),
      ];
      expect(largestWeightDifference(one.network, several.network)).toBeLessThan(1e-4);
      expect(Math.abs(one.totals.lossSum - several.totals.lossSum)).toBeLessThan(1e-4);
      expect(largestWeightDifference(several.network, again.network)).toBe(0);
      expect(again.totals).toEqual(several.totals);
    }
  });
});

describe('a part that moves while its gradients arise', () => {
  const PART = PARTS['flatten and two dense layers'] ?? [];
  const settings: TrainSettings = { ...BARE, optimizer: 'adam', learningRate: 0.02, l2: 1e-2 };
  const args = partArgsFor(createPart(PART), { settings });

  it('goes the way of several workers, who gather them, and of several passes', async () => {
    const way = (crew: Crew, microBatch: number) =>
      withPartTrainer(trainerOf(crew), { ...args, microBatch }, async (trainer) => {
        const random = createRandom(1);
        for (let step = 0; step < 4; step++) await trainer.step(PART_ROWS, random, 0.02);
        return trainer.snapshot();
      });
    const atOnce = await way({ workers: 0, isShared: false }, 5);
    expect(largestWeightDifference(atOnce.head, args.start.head)).toBeGreaterThan(0.01);
    for (const [crew, microBatch] of [
      [{ workers: 0, isShared: false }, 2],
      [{ workers: 2, isShared: true }, 5],
    ] as const) {
      const gathered = await way(crew, microBatch);
      expect(largestWeightDifference(atOnce.head, gathered.head)).toBeLessThan(1e-5);
      for (const [key, values] of Object.entries(atOnce.optimizerState)) {
        values.forEach((value, i) => {
          expect(Math.abs(value - (gathered.optimizerState[key]?.[i] ?? Number.NaN))).toBeLessThan(1e-5);
        });
      }
    }
  });

  it('keeps nothing of a step that was cancelled between two passes', async () => {
    const question = trainerOf({ workers: 0, isShared: false });
    const ofDropout = partArgsFor(createPart(DROPOUT_PART), { settings });
    const expected = await steppedBy(question, ofDropout);
    let isCancelled = false;
    const signal = {
      get aborted() {
        return isCancelled;
      },
    } as AbortSignal;
    // Dropout draws as the first pass begins; before the second one it is heard.
    const cancelling = {
      state: 0,
      next() {
        isCancelled = true;
        return 0.9;
      },
    };
    await withPartTrainer(question, { ...ofDropout, microBatch: 2, signal }, async (trainer) => {
      await expect(trainer.step(PART_ROWS, cancelling, 0.02)).rejects.toMatchObject({ code: 'cancelled' });
      isCancelled = false;
      await trainer.step(PART_ROWS, createRandom(1), 0.02);
      expect(largestWeightDifference(await trainer.toNetwork(), expected)).toBeLessThan(1e-5);
    });
  });
});

describe('a part whose workers fail', () => {
  const PART = createPart(PARTS['a bottleneck'] ?? []);

  it.each([true, false])('ends with a named error when a worker dies (shared: %s)', async (isShared) => {
    const crew = trainerOf({ workers: 2, isShared });
    const trainer = await crew.create(partArgsFor(PART));
    try {
      await trainer.step(PART_ROWS, createRandom(1), 0.1);
      const [victim] = living;
      const stepping = trainer.step(PART_ROWS, createRandom(1), 0.1);
      victim?.onerror?.call(victim, new ErrorEvent('error', { message: 'killed' }));
      await expect(stepping).rejects.toMatchObject({ code: 'workerDied' });
      // No worker is left to wait for the dead one, and nothing starts another.
      expect(living.size).toBe(0);
      await expect(trainer.predict(PART_ROWS)).rejects.toMatchObject({ code: 'workerDied' });
      await expect(trainer.snapshot()).rejects.toMatchObject({ code: 'workerDied' });
    } finally {
      trainer.dispose();
    }
  });

  it('hears of being cancelled between two micro-batches, and moves nothing', async () => {
    const aborter = new AbortController();
    const args = partArgsFor(PART, { microBatch: 2, signal: aborter.signal });
    await withPartTrainer(trainerOf({ workers: 2, isShared: true }), args, async (trainer) => {
      const stepping = trainer.step(PART_ROWS, createRandom(1), 0.1);
      setTimeout(() => aborter.abort());
      await expect(stepping).rejects.toMatchObject({ code: 'cancelled' });
      expect(largestWeightDifference(PART, await trainer.toNetwork())).toBe(0);
    });
  });

  it.each([true, false])('tells by name that memory has run out (shared: %s)', async (isShared) => {
    // Maps of a million million rows: no engine has such a memory.
    const args = partArgsFor(PART, { microBatch: 1e12 });
    const crew = trainerOf({ workers: 1, isShared });
    await expect(crew.create(args)).rejects.toMatchObject({ code: 'outOfMemory' });
    expect(living.size).toBe(0);
  });
});

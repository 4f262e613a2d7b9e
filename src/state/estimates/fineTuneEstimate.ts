/** What fine-tuning would cost on this machine: how much learns, how long it takes, and how much memory it needs. */
import { createStore } from 'zustand/vanilla';
import type { BackendReport } from '../../domain/backends.ts';
import type { Dataset } from '../../domain/dataset.ts';
import { tuningOf } from '../../domain/trainSettings.ts';
import { datasetStore } from '../dataset/dataset.ts';
import { splitsOf } from '../dataset/derived.ts';
import { engineCall, engineStore, ensureEngine } from '../engine/engine.ts';
import { isUpFor, partFor } from '../engine/engineControl.ts';
import { hasWeightsOfNextRun, turnToBackboneOfNextRun } from '../training/backboneOfRun.ts';
import { nextRunStore } from '../training/nextRun.ts';
import { planTraining } from '../training/plan.ts';
import { isTraining, runStore } from '../training/run.ts';
import { startingPointStore } from '../training/startingPoint.ts';
import { type FineTuneCostEstimate, fineTuneCostKey, fineTuneCostOf } from './fineTuneCost.ts';

export interface FineTuneEstimateState {
  /** Of the settings that were measured last; stays while others are measured. */
  readonly estimate: FineTuneCostEstimate | null;
  readonly status: 'idle' | 'measuring' | 'ready' | 'failed';
}

const NONE: FineTuneEstimateState = { estimate: null, status: 'idle' };

export const fineTuneEstimateStore = createStore<FineTuneEstimateState>()(() => NONE);

interface Measured {
  readonly key: string;
  readonly dataset: Dataset;
  /** Of the engine; null until it is known. */
  report: BackendReport | null;
}

let cancel = new AbortController();
/** What the state in the store is about. */
let measured: Measured | null = null;

function drop(next: Partial<FineTuneEstimateState>): void {
  cancel.abort();
  measured = null;
  fineTuneEstimateStore.setState(next);
}

/** Measures the settings as they are now; the answer, or that there is none, comes into the store. */
export async function estimateFineTune(): Promise<void> {
  const { settings } = nextRunStore.getState();
  const { dataset } = datasetStore.getState();
  const { model } = startingPointStore.getState();
  // Beside a run both would be wrong: the time that is measured, and the time that the run takes.
  if (isTraining()) return drop({ status: 'idle' });
  if (!tuningOf(settings) || dataset.pictures.length === 0) return drop(NONE);
  cancel.abort();
  cancel = new AbortController();
  const { signal } = cancel;
  const own: Measured = { key: fineTuneCostKey(settings, model), dataset, report: null };
  measured = own;
  fineTuneEstimateStore.setState({ status: 'measuring' });
  try {
    await turnToBackboneOfNextRun();
    const part = partFor(settings.fromScratch);
    await ensureEngine(signal, part);
    own.report = engineStore.getState().report;
    const { examples, classNames } = planTraining(dataset, splitsOf(dataset));
    const args = {
      settings: { ...settings, ...model?.shape },
      classCount: classNames.length,
      pictureCount: examples.length,
      startCut: model?.cut ?? null,
    };
    // One that has cost the engine its life would do so again, and nobody has asked for it.
    const options = { signal, retry: false, quiet: true, part };
    const found = await engineCall('estimateFineTune', () => args, options);
    if (signal.aborted) return;
    const counts = { train: 0, validation: 0, test: 0 };
    for (const { split } of examples) counts[split] += 1;
    fineTuneEstimateStore.setState({ status: 'ready', estimate: fineTuneCostOf(found, counts, settings) });
  } catch (thrown) {
    if (signal.aborted) return;
    console.warn('no estimate', thrown);
    fineTuneEstimateStore.setState({ estimate: null, status: 'failed' });
  }
}

/**
 * Measures unless that is done or under way already, or the engine is not up: it may have to be downloaded first, which
 * is for the person to begin.
 */
export function estimateIfReady(): void {
  const engine = engineStore.getState();
  const { report } = engine;
  const { settings } = nextRunStore.getState();
  if (!isUpFor(settings.fromScratch, engine) || !hasWeightsOfNextRun()) return;
  const isSame =
    measured?.key === fineTuneCostKey(settings, startingPointStore.getState().model) &&
    measured.dataset === datasetStore.getState().dataset;
  // What failed may have ended the engine, and would end the next one.
  const isKnown = measured?.report === report || fineTuneEstimateStore.getState().status !== 'ready';
  if (!isSame || !isKnown) void estimateFineTune();
}

function stopMeasuringIf(isPointless: boolean): void {
  if (isPointless && fineTuneEstimateStore.getState().status === 'measuring') drop({ status: 'idle' });
}

// A run has the machine for itself.
runStore.subscribe((now) => stopMeasuringIf(isTraining(now)));
nextRunStore.subscribe(({ settings }) => stopMeasuringIf(tuningOf(settings) === null));

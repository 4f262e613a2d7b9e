/** Whoever asks the engine for something says first over which weights; a run is not disturbed. */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BackboneInfo } from '../../domain/model.ts';
import type { OwnBackbone } from '../../domain/ownBackbone.ts';
import type { EngineApi } from '../../rpc/engineApi.ts';
import type { ArgsOf } from '../../rpc/protocol.ts';
import { deleteStoredBackbone, saveBackbone } from '../../storage/storedBackbones.ts';
import { PREPARED, watchPageWorkers } from '../../testing/rpc/pageWorkers.ts';
import { ensureEngine, weightsInUse } from '../engine/engine.ts';
import {
  addOwnBackbone,
  loadOwnBackbones,
  ownBackbonesStore,
  removeOwnBackbone,
} from '../engine/ownBackbones.ts';
import { preferencesStore } from '../shell/preferences.ts';
import { chooseBackbone, turnToBackboneOf } from './backboneInUse.ts';
import { turnForRun, turnToBackboneOfNextRun } from './backboneOfRun.ts';
import { beginRun, runStore } from './run.ts';

const OWN = 'f'.repeat(64);
const EMPTY = { name: 'empty', nodes: [], weights: {} };
const record: OwnBackbone = {
  ...{ fingerprint: OWN, backboneId: 'resnet18', fileName: 'a.pth', addedAt: '2026-11-27T00:00:00Z' },
  ...{ inputSizePx: 224, sizeBytes: 1, preprocessing: null, knowsImagenet: false },
  fit: { naming: 'torchvision', found: 1, extra: [], extraCount: 0 },
};
const madeOver = (fingerprint: string): BackboneInfo => ({ ...PREPARED.backbone, fingerprint });

/** Weights of each start of the engine. */
const prepared: (string | null)[] = [];

beforeAll(() => {
  const { engine } = watchPageWorkers();
  Object.assign(engine, {
    async prepare({ own, isBare }: ArgsOf<EngineApi['prepare']>) {
      // The backbone follows in the same worker.
      if (isBare) prepared.push(own);
      return PREPARED;
    },
  });
});

afterEach(async () => {
  runStore.setState({ run: null });
  chooseBackbone(null);
  await deleteStoredBackbone(OWN);
  await loadOwnBackbones();
  prepared.length = 0;
});

describe('the weights that the engine works with', () => {
  it('are those that were chosen, and for a model those that it was made over', async () => {
    await saveBackbone(record, { features: EMPTY, top: null });
    await loadOwnBackbones();
    await ensureEngine();
    chooseBackbone(OWN);
    await ensureEngine();
    expect(prepared).toEqual([null, OWN]);
    await turnToBackboneOf(madeOver('published'));
    await ensureEngine();
    expect(prepared.at(-1)).toBeNull();
    // The choice for the runs to come is as it was.
    expect(preferencesStore.getState().backbone).toBe(OWN);
    await turnToBackboneOfNextRun();
    await ensureEngine();
    expect(prepared.at(-1)).toBe(OWN);
    await turnToBackboneOf(madeOver(OWN));
    expect(prepared).toHaveLength(4);
  });

  it('stay where the model began with random numbers: it brings all of its own', async () => {
    await turnToBackboneOf(madeOver('from scratch'));
    expect(weightsInUse()).toBeNull();
  });

  it('are not taken from a run that learns, but by itself', async () => {
    await saveBackbone(record, { features: EMPTY, top: null });
    await loadOwnBackbones();
    beginRun({ startedAt: '2026-11-27T00:00:00Z', plannedEpochs: 1 });
    await expect(turnToBackboneOf(madeOver(OWN))).rejects.toMatchObject({ code: 'backboneBusy' });
    chooseBackbone(OWN);
    expect(weightsInUse()).toBeNull();
    await turnForRun(OWN);
    expect(weightsInUse()).toBe(OWN);
    await turnForRun('of a run over what is gone');
    expect(weightsInUse()).toBeNull();
  });

  it('are the published ones once those of the person are removed', async () => {
    await saveBackbone(record, { features: EMPTY, top: null });
    await loadOwnBackbones();
    chooseBackbone(OWN);
    await removeOwnBackbone(record);
    expect(preferencesStore.getState().backbone).toBeNull();
    expect(ownBackbonesStore.getState().backbones).toEqual([]);
  });

  it('are named where a file holds none', async () => {
    expect(await addOwnBackbone([new File(['no weights'], 'a.pth')], null)).toBeNull();
    expect(ownBackbonesStore.getState()).toMatchObject({
      adding: null,
      error: { code: 'weightsFileUnknown' },
      backbones: [],
    });
  });
});

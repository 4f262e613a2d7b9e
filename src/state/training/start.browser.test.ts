import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSeenCheck, seenAfter } from '../../domain/seenPictures.ts';
import { DEFAULT_FINE_TUNE, DEFAULT_TRAIN_SETTINGS } from '../../domain/trainSettings.ts';
import { buildHeadNodes, createHead } from '../../network/head.ts';
import type { Network } from '../../network/network.ts';
import { AppError } from '../../shared/errors.ts';
import { loadCheckpoint } from '../../storage/storedCheckpoint.ts';
import { deleteModel, getModel, saveModel } from '../../storage/storedModels.ts';
import { openTrainingPage } from '../../testing/page/trainingPage.ts';
import { PREPARED } from '../../testing/rpc/pageWorkers.ts';
import { handOut, snapshotAt } from '../../testing/rpc/trainingEngine.ts';
import { sampleStoredModel } from '../../testing/storage/records.ts';
import { until } from '../../testing/until.ts';
import { ensureEngine } from '../engine/engine.ts';
import { lookForInterrupted } from './checkpoint.ts';
import { startOfRun } from './start.ts';
import { chooseStartingPoint, clearStartingPoint, startingPointStore } from './startingPoint.ts';
import { resumeTraining, startTraining } from './training.ts';

// Other test files use the same database: each keeps to its own ids.
const NAME = 'state-start-test';
const ID = 'start-test';
const { engine, models, runs, last, reset, clear } = await openTrainingPage(NAME);

const settings = { ...DEFAULT_TRAIN_SETTINGS, dropout: 0.45, hiddenUnits: 99, learningRate: 0.02 };
const headShape = { head: 'mlp', hiddenUnits: 6, dropout: 0.1 } as const;
const head = createHead(buildHeadNodes(headShape, 4, 3), () => 0.25);
const classNames = ['cats', 'birds', 'dogs'];

async function saveStart(network: Network = head, fingerprint = PREPARED.backbone.fingerprint) {
  const { record } = sampleStoredModel(ID, 1);
  const backbone = { ...PREPARED.backbone, fingerprint };
  await saveModel({ ...record, name: 'an older one', classNames, backbone }, network);
}

await ensureEngine();
beforeEach(reset);
afterEach(async () => {
  clearStartingPoint();
  await deleteModel(ID);
  await clear();
});

describe('what a run begins with', () => {
  it('is a fresh head where no model was chosen', async () => {
    expect(await startOfRun(settings)).toEqual({
      ...{ settings, start: null, startedFrom: undefined, startSeen: null },
    });
  });

  it('is the head of the chosen model, its shape and all, but for the dropout, which is a setting', async () => {
    await saveStart();
    await chooseStartingPoint(ID);
    const { settings: begun, start, startedFrom } = await startOfRun(settings);
    expect(begun).toEqual({ ...settings, head: 'mlp', hiddenUnits: 6 });
    expect(startedFrom).toBe('an older one');
    expect(start?.classNames).toEqual(classNames);
    expect(start?.network.weights).toEqual(head.weights);
    const rates = start?.network.nodes.flatMap((node) => (node.op === 'dropout' ? [node.rate] : []));
    expect(rates).toEqual([0.45]);
    expect(start?.network.nodes.map(({ name }) => name)).toEqual(head.nodes.map(({ name }) => name));
  });

  it('lets stages learn on that have learned before', async () => {
    const [input, ...layers] = head.nodes;
    const name = input?.name ?? '';
    const nodes: Network['nodes'] = [
      { op: 'input', name: 'stage', inputs: [], shape: [2, 2, 4], preprocessing: null },
      { op: 'globalAvgPool', name, inputs: ['stage'] },
      ...layers,
    ];
    await saveStart({ ...head, nodes });
    await chooseStartingPoint(ID);
    expect((await startOfRun(settings)).settings.fineTune).toEqual(DEFAULT_FINE_TUNE);
  });

  it('is not a model over another backbone, nor one that is gone', async () => {
    await saveStart(head, 'of another');
    await chooseStartingPoint(ID);
    await expect(startOfRun(settings)).rejects.toMatchObject({
      code: 'modelOfOtherBackbone',
      details: { backbone: 'tiny' },
    });
    await deleteModel(ID);
    await expect(startOfRun(settings)).rejects.toMatchObject({ code: 'notFound' });
  });
});

describe('a run from a kept model', () => {
  it('goes on from it, says so, and the next one begins afresh', async () => {
    await saveStart();
    await chooseStartingPoint(ID);
    await startTraining();
    expect(engine.train.mock.calls[0]?.[0]).toMatchObject({
      settings: { hiddenUnits: 6 },
      start: { classNames, network: { name: head.name } },
    });
    const [model] = await models();
    expect(await runs()).toMatchObject([{ startedFrom: 'an older one', modelId: model?.id }]);
    expect(startingPointStore.getState().model).toBeNull();
    await startTraining();
    expect(engine.train.mock.calls[1]?.[0].start).toBeNull();
  });

  it('fails before it looks at a picture when that does not fit, and the choice stays', async () => {
    await saveStart(head, 'of another');
    await chooseStartingPoint(ID);
    await startTraining();
    expect(last()?.outcome).toMatchObject({ kind: 'failed', error: { code: 'modelOfOtherBackbone' } });
    expect(engine.extract).not.toHaveBeenCalled();
    expect(startingPointStore.getState().model?.id).toBe(ID);
  });

  const path = (split: string, className: string, index: number) =>
    `${NAME}/${split}/${className}/${index}.png`;

  it('is not tested on what that model has seen, and knows all that it has seen itself', async () => {
    await saveStart();
    const { record } = await getModel(ID);
    const seen = seenAfter(
      [
        { hash: path('test', 'cats', 4), split: 'train' },
        { hash: 'of another data set', split: 'train' },
      ],
      null,
    );
    await saveModel({ ...record, seen }, head);
    await chooseStartingPoint(ID);
    await startTraining();
    const asked = engine.train.mock.calls[0]?.[0].examples ?? [];
    expect(asked).toHaveLength(9);
    expect(asked.filter(({ split }) => split === 'test').map(({ hash }) => hash)).toEqual([
      path('test', 'dogs', 4),
    ]);
    expect(engine.extract.mock.calls[0]?.[0].pictures).toHaveLength(9);
    // The exact check is held on the same.
    expect(engine.checkExactly.mock.calls[0]?.[0].examples).toHaveLength(1);
    const [model] = await models();
    expect(model?.seenBefore).toEqual({ test: 1, validation: 0, isValidationSeen: false, isUnknown: false });
    const check = createSeenCheck(model?.seen ?? { train: '', validation: '' });
    expect(
      [
        ...[path('test', 'cats', 4), 'of another data set', path('train', 'dogs', 2)],
        ...[path('validation', 'cats', 3), path('test', 'dogs', 4)],
      ].map(check),
    ).toEqual(['train', 'train', 'train', 'validation', null]);
    expect(model?.data.counts.map(({ test }) => test)).toEqual([0, 1]);
  });

  it('says so where nobody knows what that model has seen', async () => {
    await saveStart();
    await chooseStartingPoint(ID);
    await startTraining();
    const [model] = await models();
    expect(model?.seenBefore).toMatchObject({ test: 0, isUnknown: true });
    expect(model?.seen?.isPartial).toBe(true);
  });

  it('that was interrupted still leaves out what the model had seen', async () => {
    const seen = seenAfter([{ hash: path('test', 'cats', 4), split: 'train' }], null);
    await saveStart();
    const { record } = await getModel(ID);
    await saveModel({ ...record, seen }, head);
    await chooseStartingPoint(ID);
    engine.train.mockImplementationOnce(async (args, { progress }) => {
      handOut(args, progress, snapshotAt(1));
      await until(async () => expect(await loadCheckpoint()).not.toBeNull());
      throw new AppError('weightsNetwork');
    });
    await startTraining();
    expect(last()?.outcome.kind).toBe('failed');
    clearStartingPoint();
    await lookForInterrupted();
    await resumeTraining();
    expect(engine.train.mock.calls[1]?.[0].examples).toHaveLength(9);
    const [model] = await models();
    expect(model?.seenBefore).toMatchObject({ test: 1 });
    expect(createSeenCheck(model?.seen ?? { train: '', validation: '' })(path('test', 'cats', 4))).toBe(
      'train',
    );
  });
});

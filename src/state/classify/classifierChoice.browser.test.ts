import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EngineApi } from '../../rpc/engineApi.ts';
import type { Handlers } from '../../rpc/server.ts';
import { deleteModel, saveModel } from '../../storage/storedModels.ts';
import { drawPng } from '../../testing/fixtures/drawnFiles.ts';
import { createGate } from '../../testing/gate.ts';
import { watchPageWorkers } from '../../testing/rpc/pageWorkers.ts';
import { onSmallDisk } from '../../testing/storage/disks.ts';
import { sampleStoredModel } from '../../testing/storage/records.ts';
import { until } from '../../testing/until.ts';
import {
  chooseClassifier,
  classifyFiles,
  classifyStore,
  classifyWaiting,
  clearClassify,
  currentClassifier,
  IMAGENET,
  settleClassifier,
} from './classify.ts';

type Classify = Handlers<EngineApi>['classify'];
type ClassifyArgs = Parameters<Classify>[0];

const { engine } = watchPageWorkers();
const classify = vi.fn<Classify>();
Object.assign(engine, { classify });

// Of every model that other test files may have left, these are the newest.
const [OLDER, NEWER] = ['choice-test-older', 'choice-test-newer'];
async function saveBoth(): Promise<void> {
  for (const [version, id] of [OLDER, NEWER].entries()) {
    const { record, head } = sampleStoredModel(id, version + 1);
    await saveModel({ ...record, updatedAt: `2999-01-0${version + 1}T00:00:00.000Z` }, head);
  }
}

const nameOf = ({ classifier }: ClassifyArgs) => (classifier.kind === 'imagenet' ? IMAGENET : classifier.id);
/** Says who answered. */
const answer: Classify = async (args, { progress }) => {
  args.pictures.forEach((_, index) => {
    const top = [{ label: nameOf(args), probability: 1 }];
    progress({ index, ok: true, result: { top, elapsedMs: 1 } });
  });
  return null;
};

const shown = () => classifyStore.getState();
const labels = () => shown().items.map(({ top }) => top[0]?.label ?? null);
const settled = () =>
  until(() => {
    expect(shown()).toMatchObject({ reading: false, running: false });
    expect(shown().items.some(({ status }) => status === 'waiting')).toBe(false);
  });
const FILES = await Promise.all(
  [11, 12].map(async (width) => ({ path: `${width}.png`, file: await drawPng(width) })),
);
const GONE = { path: 'gone.png', reason: 'unreadable', details: {} } as const;

beforeEach(async () => {
  await saveBoth();
  classify.mockReset().mockImplementation(answer);
  clearClassify();
});
afterEach(async () => {
  for (const id of [OLDER, NEWER]) await deleteModel(id);
});

describe('the classifier', () => {
  // First in this file: later the person has chosen.
  it('is the newest model until a person chooses, and the wanted one before it', async () => {
    expect(shown().classifierId).toBe(IMAGENET);
    await settleClassifier(null);
    expect(shown().classifierId).toBe(NEWER);
    await settleClassifier(OLDER);
    expect(shown().classifierId).toBe(OLDER);
    await settleClassifier(null);
    expect(shown().classifierId).toBe(NEWER);
    await chooseClassifier(IMAGENET);
    await settleClassifier(null);
    expect(shown().classifierId).toBe(IMAGENET);
    await settleClassifier('never there');
    expect(shown().classifierId).toBe(IMAGENET);
  });

  it('that is another one looks at everything again but what was left out', async () => {
    await chooseClassifier(IMAGENET);
    await classifyFiles(FILES, [GONE]);
    await settled();
    expect(labels()).toEqual([null, IMAGENET, IMAGENET]);
    await chooseClassifier(OLDER);
    expect(labels()).toEqual([null, OLDER, OLDER]);
    expect(shown().items.map(({ status }) => status)).toEqual(['failed', 'done', 'done']);
    const { record, head } = sampleStoredModel(OLDER, 1);
    expect(classify.mock.lastCall?.[0].classifier).toEqual({
      ...{ kind: 'head', id: OLDER, head },
      ...{ classNames: record.classNames, backbone: record.backbone },
    });
    // The same one once more has nothing to do.
    const calls = classify.mock.calls.length;
    await chooseClassifier(OLDER);
    expect(classify.mock.calls.length).toBe(calls);
  });

  it('that takes over in the middle is the only one whose answers come in', async () => {
    await chooseClassifier(IMAGENET);
    const gates = [createGate(), createGate()];
    for (const { opened } of gates) {
      classify.mockImplementationOnce(async (...asked) => {
        await opened;
        return answer(...asked);
      });
    }
    await classifyFiles(FILES);
    await until(() => expect(classify).toHaveBeenCalledOnce());
    const chosen = chooseClassifier(NEWER);
    await until(() => expect(classify).toHaveBeenCalledTimes(2));
    gates[0]?.open();
    // The end of the first is not the end of both.
    expect(shown().running).toBe(true);
    gates[1]?.open();
    await chosen;
    await settled();
    expect(labels()).toEqual([NEWER, NEWER]);
    expect(shown().error).toBeNull();
  });

  it('that is chosen after one that is gone hears nothing of that', async () => {
    await chooseClassifier(IMAGENET);
    await classifyFiles(FILES);
    await settled();
    const gone = chooseClassifier('gone');
    const chosen = chooseClassifier(NEWER);
    await Promise.all([gone, chosen]);
    await settled();
    expect(labels()).toEqual([NEWER, NEWER]);
    expect(shown().error).toBeNull();
  });

  it('has its weights read once, and those of the next one when it changes', async () => {
    await chooseClassifier(OLDER);
    const first = await currentClassifier();
    expect(await currentClassifier()).toBe(first);
    await chooseClassifier(NEWER);
    expect(await currentClassifier()).toMatchObject({ kind: 'head', id: NEWER });
  });
});

describe('a model that was deleted meanwhile', () => {
  it('is told by name, and gives way to the one that is left', async () => {
    await chooseClassifier(IMAGENET);
    await deleteModel(OLDER);
    await chooseClassifier(OLDER);
    await classifyFiles(FILES);
    await until(() => expect(shown()).toMatchObject({ running: false, error: { code: 'notFound' } }));
    expect([labels(), classify.mock.calls.length]).toEqual([[null, null], 0]);

    await settleClassifier(null);
    await settled();
    expect(shown()).toMatchObject({ classifierId: NEWER, error: null });
    expect(labels()).toEqual([NEWER, NEWER]);
  });

  it('gives way to ImageNet where none is left', async () => {
    await chooseClassifier(NEWER);
    // An empty database.
    await onSmallDisk(1_000_000, () => settleClassifier(NEWER));
    expect(shown().classifierId).toBe(IMAGENET);
    await classifyFiles(FILES);
    await classifyWaiting();
    await settled();
    expect(labels()).toEqual([IMAGENET, IMAGENET]);
  });
});

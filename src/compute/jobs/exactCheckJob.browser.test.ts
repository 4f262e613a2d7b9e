import * as tf from '@tensorflow/tfjs-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createHead } from '../../network/head.ts';
import type { Network } from '../../network/network.ts';
import { dense, featureInput, softmax } from '../../network/nodeBuilders.ts';
import type { ExactCheckArgs, QuickAnswer } from '../../rpc/checkCalls.ts';
import { createRandom } from '../../shared/random.ts';
import { clearFeatures } from '../../storage/storedFeatures.ts';
import { evaluateHead } from '../../testing/engine/evaluateHead.ts';
import {
  createTestEngine,
  drawPictures,
  TEST_CLASSES,
  type TestEngine,
  type TestPictures,
} from '../../testing/engine/smallEngine.ts';
import { runExactCheck } from './exactCheckJob.ts';
import { extractFeatures } from './featureJobs.ts';

const COUNT = 48;

let engine: TestEngine;
let drawn: TestPictures;
let head: Network;
/** The quick answers agree with the exact ones. */
let alike: readonly QuickAnswer[];

const open = () => new AbortController().signal;
const silent = () => ({ onProgress: () => undefined, signal: open() });

beforeAll(async () => {
  engine = await createTestEngine('wasm');
  drawn = await drawPictures(COUNT);
  const random = createRandom(3);
  const nodes = [featureInput('avg_pool', 12), dense('logits', 'avg_pool', 3), softmax('p', 'logits')];
  head = createHead(nodes, () => random.next());
  const { pictures, examples } = drawn;
  await clearFeatures();
  await extractFeatures(engine.session, { pictures, arithmetic: 'float32' }, silent());
  // One at a time, so that the answer of each shows.
  alike = await Promise.all(
    examples.map(async ({ hash, classIndex }) => {
      const one = { examples: [{ hash, classIndex: 0 }], arithmetic: 'float32' as const };
      const { confusion } = await evaluateHead(
        engine.session,
        { ...one, classNames: TEST_CLASSES, head, pictures },
        open(),
      );
      const predictedIndex = confusion[0]?.indexOf(1) ?? -1;
      return { hash, classIndex, predictedIndex };
    }),
  );
  await clearFeatures();
});
afterEach(async () => {
  await clearFeatures();
  engine.asked.length = 0;
});
afterAll(() => engine.close());

const argsOf = (change: Partial<ExactCheckArgs> = {}): ExactCheckArgs => ({
  ...{ examples: alike, classNames: TEST_CLASSES, head, pictures: drawn.pictures, limitMs: 60_000 },
  ...change,
});

describe('the exact check', () => {
  it('looks at all of a small set, counts who is right alone, and measures as the whole does', async () => {
    const tensors = tf.memory().numTensors;
    // The quick arithmetic was wrong where the exact one is right, twice, and the other way round once.
    const right = alike.filter((one) => one.predictedIndex === one.classIndex).slice(0, 2);
    const wrong = alike.find((one) => one.predictedIndex !== one.classIndex);
    expect(right).toHaveLength(2);
    const examples = alike.map((one) => {
      if (right.includes(one)) return { ...one, predictedIndex: (one.classIndex + 1) % 3 };
      return one === wrong ? { ...one, predictedIndex: one.classIndex } : one;
    });
    const { check, metrics } = await runExactCheck(
      engine.session,
      argsOf({ examples, limitMs: null }),
      silent(),
    );
    const difference = 1 / COUNT;
    expect(check).toMatchObject({ total: COUNT, checked: COUNT, onlyExact: 2, onlyQuick: 1 });
    expect(check.difference).toEqual([difference, difference]);
    const expected = await evaluateHead(engine.session, { ...argsOf(), arithmetic: 'float32' }, open());
    expect(metrics).toEqual(expected);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('stops when the time is up, and what it has seen are the first ones', async () => {
    const { check, metrics } = await runExactCheck(engine.session, argsOf({ limitMs: 0 }), silent());
    expect(check).toMatchObject({ checked: 0, difference: [-1, 1] });
    expect(metrics).toBeNull();
    expect(engine.asked).toHaveLength(0);
  });

  it('goes on from what is kept, and stops as soon as it is sure', async () => {
    const { pictures } = drawn;
    // The first half, as an earlier check has left it.
    const hashes = new Set(alike.slice(0, COUNT / 2).map(({ hash }) => hash));
    const first = pictures.filter(({ hash }) => hashes.has(hash));
    await extractFeatures(engine.session, { pictures: first, arithmetic: 'float32' }, silent());
    engine.asked.length = 0;
    const early = await runExactCheck(engine.session, argsOf({ limitMs: 0 }), silent());
    expect(early.check).toMatchObject({ checked: COUNT / 2, onlyQuick: 0, onlyExact: 0 });
    expect(early.check.difference[1]).toBeLessThan(0.2);
    expect(engine.asked).toHaveLength(0);
    const whole = await runExactCheck(engine.session, argsOf({ limitMs: null }), silent());
    expect(engine.asked).toHaveLength(COUNT / 2);
    expect(whole.check.difference).toEqual([0, 0]);
  });

  it('needs a part of a large set only', async () => {
    const COPIES = 50;
    const copy = <T extends { readonly hash: string }>(one: T, i: number): T => ({
      ...one,
      hash: `${one.hash}-${i}`,
    });
    const copies = Array.from({ length: COPIES }, (_, i) => i);
    const pictures = copies.flatMap((i) => drawn.pictures.map((one) => copy(one, i)));
    const examples = copies.flatMap((i) => alike.map((one) => copy(one, i)));
    const { check, metrics } = await runExactCheck(engine.session, argsOf({ examples, pictures }), silent());
    expect(check.total).toBe(2400);
    expect(check.checked).toBeGreaterThan(600);
    expect(check.checked).toBeLessThan(800);
    expect(check.difference[1] - check.difference[0]).toBeLessThanOrEqual(0.01);
    // Those under way when it was sure are ended, and count.
    expect(engine.asked).toHaveLength(check.checked);
    expect(metrics).toBeNull();
  });

  it('hears a cancel, and says which picture is missing', async () => {
    const cancel = new AbortController();
    const checking = runExactCheck(engine.session, argsOf({ limitMs: null }), {
      onProgress: () => cancel.abort(),
      signal: cancel.signal,
    });
    await expect(checking).rejects.toMatchObject({ code: 'cancelled' });
    await clearFeatures();
    await expect(runExactCheck(engine.session, argsOf({ pictures: [] }), silent())).rejects.toMatchObject({
      code: 'notFound',
    });
  });
});

/** Heads over fresh features: what a picture shows, with the built-in classes or with trained ones. */

import type { ClassifyResult, LabelProbability } from '../../domain/classification.ts';
import type { BackboneInfo } from '../../domain/model.ts';
import type { ClassifierRef, ClassifyOutcome } from '../../rpc/classifyCalls.ts';
import { AppError, toSerializedError } from '../../shared/errors.ts';
import type { ExtractionTarget } from '../features/extractorApi.ts';
import { openNetwork } from '../runtimes/choose/openNetwork.ts';
import type { Forward } from '../runtimes/forward.ts';
import type { Session } from './session.ts';
import { withTarget } from './targetShelf.ts';
import { targetOf } from './trainedPart.ts';

interface LoadedHead {
  readonly id: string;
  readonly runner: Forward;
  readonly target: ExtractionTarget;
  readonly closeTarget: () => Promise<void>;
  readonly labels: readonly string[];
}

export interface Classifier {
  classifyAll(
    pictures: readonly Blob[],
    classifier: ClassifierRef,
    topCount: number,
    onOutcome: (outcome: ClassifyOutcome) => void,
    signal: AbortSignal,
  ): Promise<void>;
  classifyFrame(frame: ImageBitmap, classifier: ClassifierRef, topCount: number): Promise<ClassifyResult>;
}

/** The `count` most probable labels, highest first. */
export function toTop(
  probabilities: ArrayLike<number>,
  labels: readonly string[],
  count: number,
): LabelProbability[] {
  return Array.from(labels, (label, index) => ({ label, probability: probabilities[index] ?? 0 }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, count);
}

/** A head makes sense of the features it was trained on, and of no others: whether those are the ones made here. */
export function isOverOurs({ info }: Pick<Session, 'info'>, backbone: BackboneInfo): boolean {
  return (
    backbone.id === info.id &&
    backbone.inputSizePx === info.inputSizePx &&
    backbone.fingerprint === info.fingerprint &&
    backbone.resize.fit === info.resize.fit &&
    backbone.resize.cropFraction === info.resize.cropFraction &&
    backbone.resize.version === info.resize.version
  );
}

/** Of a model that is kept here. @throws AppError `modelOfOtherBackbone` */
export function checkBackbone(session: Pick<Session, 'info'>, backbone: BackboneInfo): void {
  if (!isOverOurs(session, backbone)) throw new AppError('modelOfOtherBackbone', { backbone: backbone.id });
}

/**
 * Keeps the head that was used last on the backend.
 * @param sessionFor that of a model, by what is known of its backbone
 */
export function createClassifier(
  ofApp: Session,
  sessionFor: (backbone: BackboneInfo) => Session = () => ofApp,
): Classifier {
  let loaded: LoadedHead | null = null;
  /** Heads are loaded one at a time: two calls must not each put the same head on the backend. */
  let loading: Promise<unknown> = Promise.resolve();

  async function load(reference: ClassifierRef): Promise<LoadedHead> {
    const id = reference.kind === 'imagenet' ? 'imagenet' : `head:${reference.id}`;
    if (loaded?.id === id) return loaded;
    if (reference.kind === 'loaded') throw new AppError('notFound', { what: id });
    const session = reference.kind === 'head' ? sessionFor(reference.backbone) : ofApp;
    if (reference.kind === 'head') checkBackbone(session, reference.backbone);
    const { network, labels } =
      reference.kind === 'head'
        ? { network: reference.head, labels: reference.classNames }
        : await session.imagenetTop();
    const target = targetOf(session, network, session.arithmetic);
    const runner = await openNetwork(session.prepared.report.chosen, network);
    let closeTarget: LoadedHead['closeTarget'];
    try {
      closeTarget = await session.openTarget(target);
    } catch (thrown) {
      runner.dispose();
      throw thrown;
    }
    const before = loaded;
    loaded = { id, target, closeTarget, labels, runner };
    before?.runner.dispose();
    await before?.closeTarget();
    return loaded;
  }

  function headOf(reference: ClassifierRef): Promise<LoadedHead> {
    const next = loading.then(() => load(reference));
    loading = next.catch(() => undefined);
    return next;
  }

  async function applyHead(
    reference: ClassifierRef,
    features: Float32Array<ArrayBuffer>,
    topCount: number,
  ): Promise<LabelProbability[]> {
    const { runner, labels } = await headOf(reference);
    const probabilities = await runner.run(features, 1);
    // Weights may be finite and still too large: "NaN %" is no answer.
    if (!probabilities.every(Number.isFinite)) throw new AppError('modelNotFinite');
    return toTop(probabilities, labels, topCount);
  }

  return {
    async classifyAll(pictures, reference, topCount, onOutcome, signal) {
      const { target } = await headOf(reference);
      const startMs = performance.now();
      const answers: Promise<void>[] = [];
      let lastMs = startMs;
      const answer = async (index: number, features: Float32Array<ArrayBuffer> | null) => {
        if (!features) {
          const error = toSerializedError(new AppError('pictureUnreadable'));
          onOutcome({ index, ok: false, error });
          return;
        }
        const top = await applyHead(reference, features, topCount);
        const elapsedMs = performance.now() - lastMs;
        lastMs = performance.now();
        onOutcome({ index, ok: true, result: { top, elapsedMs } });
      };
      // Opened once more: another call may put another head in the place of this one meanwhile.
      await withTarget(ofApp, target, () =>
        ofApp.pool.extract({
          count: pictures.length,
          open: (index) => pictures[index] as Blob,
          onPicture: ({ index, features }) => {
            const answered = answer(index, features);
            // Its failure is waited for below; until then the browser must not call it unhandled.
            answered.catch(() => undefined);
            answers.push(answered);
          },
          target,
          signal,
        }),
      );
      await Promise.all(answers);
    },
    async classifyFrame(frame, reference, topCount) {
      const startMs = performance.now();
      const { target } = await headOf(reference);
      let features: Float32Array<ArrayBuffer> | null = null;
      await withTarget(ofApp, target, () =>
        ofApp.pool.extract({
          count: 1,
          open: () => frame,
          onPicture: (picture) => {
            features = picture.features;
          },
          target,
        }),
      );
      if (!features) throw new AppError('pictureUnreadable');
      const top = await applyHead(reference, features, topCount);
      return { top, elapsedMs: performance.now() - startMs };
    },
  };
}

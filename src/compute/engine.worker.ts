/** The engine: everything the page asks to be computed goes through here. */
import { type BackboneInfo, freshNetworkOf } from '../domain/model.ts';
import type { FreshNetwork } from '../domain/trainSettings.ts';
import type { EngineApi } from '../rpc/engineApi.ts';
import { reportOutside } from '../rpc/reportOutside.ts';
import { type CallContext, serve } from '../rpc/server.ts';
import { startWorker } from '../rpc/startWorker.ts';
import { AppError } from '../shared/errors.ts';
import extractorUrl from './extractor.worker.ts?worker&url';
import { loadBackboneOf } from './jobs/backboneWeights.ts';
import { computeBaseline } from './jobs/baselineJob.ts';
import { type Classifier, createClassifier } from './jobs/classifier.ts';
import { makeEnsemble } from './jobs/ensembleJob.ts';
import { estimateFineTuning } from './jobs/estimateJob.ts';
import { runExactCheck } from './jobs/exactCheckJob.ts';
import { definitionOf, factsOfDefinition, factsOfFresh } from './jobs/factsOfNetworks.ts';
import { extractFeatures } from './jobs/featureJobs.ts';
import { runFineTuning } from './jobs/fineTuneJob.ts';
import { freshSessionOf } from './jobs/freshSession.ts';
import { measureKept } from './jobs/keptResultJob.ts';
import { runLrFinder } from './jobs/lrFinderJob.ts';
import { exportModel, importModel } from './jobs/modelFiles.ts';
import { findUnreadable } from './jobs/readableJob.ts';
import { runFromScratch } from './jobs/scratchJob.ts';
import { openSession, type Session } from './jobs/session.ts';
import { runTraining } from './jobs/trainJob.ts';

/** The worker's own script lies in a folder of the app; the page tells where the app is. */
const scope = self as DedicatedWorkerGlobalScope;

interface Ready {
  readonly baseUrl: string;
  readonly session: Session;
  readonly classifier: Classifier;
}

let ready: Ready | null = null;

function current(): Ready {
  if (!ready) throw new AppError('unexpected', { message: 'a call before prepare' });
  return ready;
}

/** @param network null: the backbone with its published weights */
function sessionFor(network: FreshNetwork | null): Session {
  const { session } = current();
  return network ? freshSessionOf(session, network) : session;
}

function sessionOfModel(backbone: BackboneInfo): Session {
  return sessionFor(freshNetworkOf(backbone));
}

/** Progress as the jobs take it, under the context of a call. */
function jobContext<Progress>(context: CallContext<Progress>) {
  return { ...context, onProgress: (progress: Progress) => context.progress(progress) };
}

reportOutside(scope);

serve<EngineApi>(scope, {
  async prepare({ isBare, ...options }, { progress: onProgress, signal }) {
    // Other weights, another preference, another arithmetic or a lost device comes with a new worker.
    if (!ready) {
      const spawnExtractor = () => startWorker(extractorUrl, 'extractor');
      const opened = await openSession({ ...options, spawnExtractor, onProgress, signal });
      const classifier = createClassifier(opened, sessionOfModel);
      ready = { baseUrl: options.baseUrl, session: opened, classifier };
    }
    const { session } = ready;
    const weightsFromCache = isBare ? false : await session.bring(onProgress, signal);
    return { ...session.prepared, weightsFromCache };
  },
  async extractFeatures(args, context) {
    return extractFeatures(current().session, args, jobContext(context));
  },
  async train(args, context) {
    return runTraining(current().session, args, jobContext(context));
  },
  async fineTune(args, context) {
    return runFineTuning(current().session, args, jobContext(context));
  },
  async fromScratch(args, context) {
    return runFromScratch(sessionFor(args.settings.fromScratch), args, jobContext(context));
  },
  async findUnreadable({ network, ...args }, context) {
    return findUnreadable(sessionFor(network), args, jobContext(context));
  },
  async keptResult(args, context) {
    return measureKept(sessionFor(args.settings.fromScratch), args, context.signal);
  },
  async estimateFineTune(args, context) {
    return estimateFineTuning(sessionFor(args.settings.fromScratch), args, context.signal);
  },
  async describeNetwork({ network }) {
    return factsOfFresh(network);
  },
  async describeDefinition({ definition }) {
    return factsOfDefinition(definition);
  },
  async networkFile({ network }) {
    return definitionOf(network);
  },
  async makeEnsemble(args, context) {
    const [first] = args.members;
    if (!first) throw new AppError('unexpected', { message: 'an ensemble of nothing' });
    const { baseUrl } = current();
    const load = (info: BackboneInfo) => loadBackboneOf(info, { baseUrl, signal: context.signal });
    return makeEnsemble(sessionOfModel(first.backbone), args, load, jobContext(context));
  },
  async checkExactly(args, context) {
    return runExactCheck(current().session, args, jobContext(context));
  },
  async baseline(args, context) {
    return computeBaseline(current().session, args, jobContext(context));
  },
  async findLearningRate(args, context) {
    return runLrFinder(current().session, args, jobContext(context));
  },
  async classify({ pictures, classifier, topCount }, context) {
    await current().classifier.classifyAll(pictures, classifier, topCount, context.progress, context.signal);
    return null;
  },
  async classifyFrame({ frame, classifier, topCount }) {
    return current().classifier.classifyFrame(frame, classifier, topCount);
  },
  async exportModel(args, context) {
    return exportModel(sessionOfModel(args.description.backbone), args, jobContext(context));
  },
  async importModel({ file }, context) {
    return importModel(sessionOfModel, file, jobContext(context));
  },
});

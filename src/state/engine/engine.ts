/** The one engine of the page: its worker, the person's choice of backend and arithmetic, and words when it starts again. */
import engineUrl from '../../compute/engine.worker.ts?worker&url';
import { createWorkerClient } from '../../rpc/client.ts';
import type { EngineApi } from '../../rpc/engineApi.ts';
import { startWorker } from '../../rpc/startWorker.ts';
import { notify } from '../shell/notices.ts';
import { preferencesStore } from '../shell/preferences.ts';
import { createEngine } from './engineControl.ts';

/** Fingerprint of the weights of the person's own that the engine works with; null: the published ones. */
let own = preferencesStore.getState().backbone;

const engine = createEngine({
  client: createWorkerClient<EngineApi>(() => startWorker(engineUrl, 'engine')),
  baseUrl: new URL('./', document.baseURI).href,
  preference: () => preferencesStore.getState().backend,
  own: () => own,
  exact: () => preferencesStore.getState().exact,
  onRestart: (code, backend) =>
    notify({
      kind: 'warning',
      messageKey: `train:restart.${code}`,
      values: { backend: backend ?? '' },
      topic: 'engineRestart',
    }),
});

export const engineStore = engine.store;
export const { ensureEngine, engineCall } = engine;

export function weightsInUse(): string | null {
  return own;
}

/** Starts the engine anew where it works with others. `../training/backboneInUse.ts` says who may. */
export function turnToWeights(wanted: string | null): void {
  if (wanted === own) return;
  own = wanted;
  engine.restart();
}

preferencesStore.subscribe((now, before) => {
  if (now.backend !== before.backend || now.exact !== before.exact) engine.restart();
});

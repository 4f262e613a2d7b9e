/** The one engine of the page: its worker, the person's choice of backend and arithmetic, and words when it starts again. */
import { createWorkerClient } from '../../rpc/client.ts';
import type { EngineApi } from '../../rpc/engineApi.ts';
import { notify } from '../shell/notices.ts';
import { preferencesStore } from '../shell/preferences.ts';
import { createEngine } from './engineControl.ts';

const engine = createEngine({
  client: createWorkerClient<EngineApi>(
    () => new Worker(new URL('../../compute/engine.worker.ts', import.meta.url), { type: 'module' }),
  ),
  baseUrl: new URL('./', document.baseURI).href,
  preference: () => preferencesStore.getState().backend,
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

preferencesStore.subscribe((now, before) => {
  if (now.backend !== before.backend || now.exact !== before.exact) engine.restart();
});

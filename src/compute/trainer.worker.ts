/** A worker that trains its share of the rows of a batch; the trainer of a part starts one a core. */
import { reportOutside } from '../rpc/reportOutside.ts';
import { serve } from '../rpc/server.ts';
import { createPartWorker, lettingGo } from './runtimes/wasm/training/partWorker.ts';
import type { PartWorkerApi } from './runtimes/wasm/training/partWorkerApi.ts';

reportOutside(self as DedicatedWorkerGlobalScope);

serve<PartWorkerApi>(self as DedicatedWorkerGlobalScope, lettingGo(createPartWorker()));

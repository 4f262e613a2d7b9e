/** A worker of the extractor pool; the engine starts one a core. */
import { reportOutside } from '../rpc/reportOutside.ts';
import { serve } from '../rpc/server.ts';
import { AppError } from '../shared/errors.ts';
import { createExtractor, type Extractor } from './features/extractor.ts';
import type { ExtractorApi } from './features/extractorApi.ts';

let extractor: Extractor | null = null;

function current(): Extractor {
  if (!extractor) throw new AppError('unexpected', { message: 'a call before start' });
  return extractor;
}

reportOutside(self as DedicatedWorkerGlobalScope);

serve<ExtractorApi>(self as DedicatedWorkerGlobalScope, {
  async start(options) {
    extractor = createExtractor(options);
    return null;
  },
  async addTarget(start) {
    await current().addTarget(start);
    return null;
  },
  async removeTarget(target) {
    current().removeTarget(target);
    return null;
  },
  async extract({ pictures, target, share }) {
    return current().extract(pictures, target, share);
  },
});

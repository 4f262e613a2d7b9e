/** The worker that reads what people drop, so that neither decoding nor hashing ever holds up the page. */
import type { IntakeApi } from '../rpc/intakeApi.ts';
import { reportOutside } from '../rpc/reportOutside.ts';
import { serve } from '../rpc/server.ts';
import { drawAugmentedViews } from './intake/drawAugmentedViews.ts';
import { readFiles } from './intake/readFiles.ts';

reportOutside(self as DedicatedWorkerGlobalScope);

serve<IntakeApi>(self as DedicatedWorkerGlobalScope, {
  readFiles,
  previewAugmentation: drawAugmentedViews,
});

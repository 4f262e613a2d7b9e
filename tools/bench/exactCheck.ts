/** What share of a run the check in exact arithmetic takes: a "Quick" run over many pictures, through the page. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { giveImages } from '../../e2e/drive/give.ts';
import { AS_PROPOSED, train } from '../../e2e/drive/train.ts';
import { withVisit } from '../../e2e/drive/visit.ts';
import type { ModelRecord } from '../../src/domain/model.ts';
import { ensureBuilt } from '../build.ts';
import { SetupError, say } from '../say.ts';
import { type CheckShare, toCheckShare, toCheckTable } from './exactCheckResult.ts';
import { type MemoryOptions, readMemoryOptions } from './memoryOptions.ts';
import { writePictures } from './memoryPictures.ts';

async function runOnce(images: string | null, { pictures, dist }: MemoryOptions): Promise<CheckShare> {
  const folder = images ?? (await mkdtemp(join(tmpdir(), 'headstart-pictures-')));
  const visit = { name: 'bench', dist, softwareWebGpu: false, flags: [] };
  try {
    return await withVisit(visit, async (person, app) => {
      if (images === null) await writePictures(person.page, folder, pictures);
      await person.open(app.url);
      await giveImages(person, folder);
      const startMs = performance.now();
      const { model }: { readonly model: ModelRecord } = await train(person, {
        ...AS_PROPOSED,
        ...{ preset: 'head', seed: 1 },
      });
      return toCheckShare(model, performance.now() - startMs);
    });
  } finally {
    if (images === null) await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Prints a table, and with `--json` all figures. `--images FOLDER` takes photos instead of drawn pictures.
 * @throws SetupError in words for a person, and where the check took more than its share
 */
export async function benchExactCheck(args: readonly string[]): Promise<void> {
  const at = args.indexOf('--images');
  const images = at < 0 ? null : (args[at + 1] ?? null);
  const options = readMemoryOptions(at < 0 ? args : args.filter((_, i) => i !== at && i !== at + 1));
  if (options.dist === null) await ensureBuilt();
  const share = await runOnce(images, options);
  say(`\n${toCheckTable(share)}`);
  if (options.json) say(JSON.stringify(share));
  if (!share.isWithin) throw new SetupError('The exact check took more than a tenth of the run.');
}

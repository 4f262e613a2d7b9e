/** Before any test: what set-up makes has to be there. A test that passes over what is missing would say nothing. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { listPublished } from './backbones.ts';
import { ensureOriginalModel } from './originalModel.ts';
import { SAMPLES_DIR, shown, weightsDirOf } from './paths.ts';
import { SetupError } from './say.ts';

/** @throws SetupError that names the files that are missing and how to make them */
export function requireFiles(files: readonly string[]): void {
  const missing = files.filter((file) => !existsSync(file)).map(shown);
  if (missing.length === 0) return;
  throw new SetupError(
    `${missing.join(' and ')} not found: run "npm run setup" first; the tests need what it makes.`,
  );
}

/** Called by Vitest once for each of its projects. @throws SetupError */
export async function setup(): Promise<void> {
  const backbones = await listPublished();
  const manifests = backbones.map(({ id }) => join(weightsDirOf(id), 'manifest.json'));
  requireFiles([...manifests, join(SAMPLES_DIR, 'samples.json')]);
  // Set-up leaves it alone where the weights are made; the tests compare them with it.
  for (const backbone of backbones) await ensureOriginalModel(backbone);
}

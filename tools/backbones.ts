/** The backbones as Node finds them: the folders that src/network/backbones/registry.ts gathers where Vite builds. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Backbone, isPublished, type PublishedBackbone } from '../src/network/backbones/backbone.ts';
import { DEFAULT_BACKBONE_ID } from '../src/network/backbones/defaultBackbone.ts';
import { ROOT } from './paths.ts';
import { SetupError } from './say.ts';

const FOLDER = join(ROOT, 'src/network/backbones');

/** All of them, by the names of their folders. */
export async function listBackbones(): Promise<readonly Backbone[]> {
  const names = (await readdir(FOLDER)).sort();
  const files = names.map((name) => join(FOLDER, name, 'backbone.ts')).filter((file) => existsSync(file));
  return Promise.all(
    files.map(async (file) => {
      const { backbone } = (await import(pathToFileURL(file).href)) as { readonly backbone: Backbone };
      return backbone;
    }),
  );
}

/** Those whose weights set-up makes. */
export async function listPublished(): Promise<readonly PublishedBackbone[]> {
  return (await listBackbones()).filter(isPublished);
}

/** One of them. @throws SetupError that names those there are */
export async function readBackboneOf(id: string = DEFAULT_BACKBONE_ID): Promise<PublishedBackbone> {
  const backbones = await listPublished();
  const backbone = backbones.find((one) => one.id === id);
  if (!backbone) {
    throw new SetupError(`No backbone ${id}; there are: ${backbones.map((one) => one.id).join(', ')}.`);
  }
  return backbone;
}

/** The backbones as Node finds them: the folders that src/network/backbones/registry.ts gathers where Vite builds. */
import { type Backbone, isPublished, type PublishedBackbone } from '../src/network/backbones/backbone.ts';
import { DEFAULT_BACKBONE_ID } from '../src/network/backbones/defaultBackbone.ts';
import { importEach } from './folders.ts';
import { SetupError } from './say.ts';

/** All of them, by the names of their folders. */
export function listBackbones(): Promise<readonly Backbone[]> {
  return importEach('src/network/backbones', 'backbone.ts', 'backbone');
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

/** headstart.json, the part of a model file that is ours: what the model is, from which data, how good. */

import type { ModelDescription } from '../domain/model.ts';
import type { ModelOutput } from '../domain/modelExport.ts';
import { fitsItsClasses, modelDescriptionSchema } from '../domain/modelSchema.ts';
import { bringUpToDate, isPlain } from '../domain/olderVersions.ts';
import { givesProbabilities } from '../network/ensemble.ts';
import { type Network, outputNode } from '../network/network.ts';
import { inferShapes, type Shape } from '../network/shapes.ts';
import { AppError } from '../shared/errors.ts';
import { z } from '../shared/zod.ts';
import { toUnreadable, unreadable } from './unreadable.ts';

/** 2: fractions, augmented views and what is cropped bear today's names; version 1 is read as well. */
const FORMAT_VERSION = 2;

export const DESCRIPTION_FILE = 'headstart.json';

/** The description as the text of headstart.json. @param output what the network beside it ends in */
export function writeDescription(
  description: ModelDescription,
  output: ModelOutput = 'probabilities',
): string {
  const ends = output === 'logits' ? { output } : {};
  return JSON.stringify({ formatVersion: FORMAT_VERSION, ...ends, ...description }, null, 2);
}

/** What the network beside a headstart.json ends in, as it says. @throws AppError modelFileUnreadable */
export function readOutput(json: string): ModelOutput {
  return z.object({ output: z.literal('logits') }).safeParse(parseJson(json)).success
    ? 'logits'
    : 'probabilities';
}

/**
 * Reads headstart.json.
 * @throws AppError modelFileUnreadable; modelFileUnsupported if a later Headstart wrote it; modelFileMisfit if its
 *   measures are not those of its classes
 */
export function readDescription(json: string): ModelDescription {
  const value = parseJson(json);
  const version = z.object({ formatVersion: z.number() }).safeParse(value);
  if (version.success && version.data.formatVersion > FORMAT_VERSION) {
    throw new AppError('modelFileUnsupported', { layer: `headstart.json ${version.data.formatVersion}` });
  }
  const parsed = modelDescriptionSchema.safeParse(isPlain(value) ? bringUpToDate('model', value, 0) : value);
  if (!parsed.success) throw new AppError('modelFileUnreadable', {}, { cause: parsed.error });
  if (!fitsItsClasses(parsed.data)) throw new AppError('modelFileMisfit');
  return parsed.data;
}

/** @throws AppError modelFileUnreadable */
export function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (thrown) {
    throw new AppError('modelFileUnreadable', {}, { cause: thrown });
  }
}

/**
 * That a network takes the pictures and gives probabilities of the classes of its description.
 * @throws AppError modelFileUnreadable
 */
export function checkFit({ backbone, classNames }: ModelDescription, network: Network): void {
  const shapes = shapesOf(network);
  const input = shapes.get(network.nodes[0]?.name ?? '') ?? [];
  const output = shapes.get(outputNode(network).name) ?? [];
  const size = backbone.inputSizePx;
  // Anything else at the end would be shown as percent all the same.
  if (!givesProbabilities(network)) throw unreadable('the last layer gives no probabilities');
  if (input.join() !== [size, size, 3].join() || output.join() !== `${classNames.length}`) {
    throw unreadable(`[${input}] → [${output}] is not what the description says`);
  }
}

/** @throws AppError modelFileUnreadable where its nodes do not fit each other */
function shapesOf({ nodes }: Network): ReadonlyMap<string, Shape> {
  try {
    return inferShapes(nodes);
  } catch (thrown) {
    throw toUnreadable(thrown);
  }
}

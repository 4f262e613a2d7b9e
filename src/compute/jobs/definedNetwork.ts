/** Networks that begin with fresh weights: of the list, with layers that a person chose, or defined as nodes in JSON. */
import { MOST_TITLE } from '../../domain/networkTitle.ts';
import { DEFINED_NETWORK_ID, type FreshNetwork } from '../../domain/trainSettings.ts';
import { exceededLimit, MAX_WEIGHT_BYTES } from '../../formats/networkLimits.ts';
import { type Backbone, LEAST_INPUT_PX } from '../../network/backbones/backbone.ts';
import { BACKBONES } from '../../network/backbones/registry.ts';
import { costsOf, parametersOf } from '../../network/cost.ts';
import { cutAfter } from '../../network/cut.ts';
import { type NetworkNode, outputNode } from '../../network/network.ts';
import { networkNodesSchema } from '../../network/networkSchema.ts';
import { InvalidNetworkError, inferShapes } from '../../network/shapes.ts';
import { AppError } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';

const FORMAT = 'headstart-network';
const VERSION = 1;
const COLOURS = 3;
const FLOAT_BYTES = 4;

const fileSchema = z.object({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  title: z.string().min(1).max(MOST_TITLE),
  /** From the picture to the features, or on to classes, which are those of the data in the end. */
  nodes: networkNodesSchema,
});

/** A network up to its features, whoever made it. */
export interface FreshPlan {
  readonly title: string;
  /** For pictures of the wanted size. */
  readonly nodes: readonly NetworkNode[];
  readonly featureNode: string;
  readonly featureCount: number;
}

function unreadable(what: string, cause?: unknown): AppError {
  return new AppError('networkFileUnreadable', { what: what.slice(0, 200) }, { cause });
}

function placeOf({ issues: [issue] }: z.ZodError): string {
  return `${(issue?.path ?? []).join('.')} (${issue?.message ?? ''})`;
}

function parse(text: string): z.infer<typeof fileSchema> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (thrown) {
    throw unreadable('JSON', thrown);
  }
  const parsed = fileSchema.safeParse(json);
  if (!parsed.success) throw unreadable(placeOf(parsed.error), parsed.error);
  return parsed.data;
}

/** Without the layer of classes at its end: those of the data come in its place. */
function withoutTop(nodes: readonly NetworkNode[]): readonly NetworkNode[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  let last = nodes.at(-1);
  if (last?.op !== 'softmax') return nodes;
  last = byName.get(last.inputs[0] ?? '');
  let before = last?.op === 'dense' ? byName.get(last.inputs[0] ?? '') : last;
  // The head that comes in its place has a dropout of its own.
  while (before?.op === 'dropout') before = byName.get(before.inputs[0] ?? '');
  return before ? cutAfter({ name: '', nodes, weights: {} }, before.name).nodes : nodes;
}

/** The same for pictures of another size. */
function sized(nodes: readonly NetworkNode[], sidePx: number | null): readonly NetworkNode[] {
  const [input, ...rest] = nodes;
  if (input?.op !== 'input' || input.shape.length !== 3) throw unreadable('the first node is no picture');
  const [height = 0, width = 0, channels] = input.shape;
  if (height !== width || channels !== COLOURS) throw unreadable(`a picture of [${input.shape}]`);
  return sidePx === null ? nodes : [{ ...input, shape: [sidePx, sidePx, COLOURS] }, ...rest];
}

/** That a browser can hold and run it. @throws AppError `networkTooLarge` */
function checkSize(nodes: readonly NetworkNode[]): void {
  const parameters = parametersOf(nodes);
  const weightBytes = parameters * FLOAT_BYTES;
  const reason =
    exceededLimit(nodes) ?? (weightBytes > MAX_WEIGHT_BYTES ? `${weightBytes} bytes of weights` : null);
  if (reason === null) return;
  const products = costsOf(nodes).reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0);
  throw new AppError('networkTooLarge', { parameters, products }, { cause: new Error(reason) });
}

/**
 * @param sidePx of the pictures; null: as the file says
 * @throws AppError `networkFileUnreadable` with what is wrong; `networkTooLarge`
 */
export function readDefinition(text: string, sidePx: number | null): FreshPlan & { readonly sidePx: number } {
  const { title, nodes: all } = parse(text);
  try {
    const whole = sized(all, sidePx);
    // Before anything walks along it: a node that reads itself would be walked for ever.
    inferShapes(whole);
    const nodes = withoutTop(whole);
    const shapes = inferShapes(nodes);
    checkSize(nodes);
    const featureNode = outputNode({ name: title, nodes, weights: {} }).name;
    const [featureCount = 0, ...more] = shapes.get(featureNode) ?? [];
    if (more.length > 0) throw unreadable(`${featureNode} puts out a map, not a list of features`);
    if (nodes.some(({ op }) => op === 'softmax')) throw unreadable('softmax');
    return { title, nodes, featureNode, featureCount, sidePx: shapes.get(nodes[0]?.name ?? '')?.[0] ?? 0 };
  } catch (thrown) {
    if (thrown instanceof InvalidNetworkError) throw unreadable(thrown.message, thrown);
    throw thrown;
  }
}

/** The text of a file that defines one of the networks that there are. */
export function writeDefinition({ title, buildNodes }: Backbone, sidePx: number): string {
  return `${JSON.stringify({ format: FORMAT, version: VERSION, title, nodes: buildNodes(sidePx) }, null, 2)}\n`;
}

/** `(rgb − mean) / deviation`; as the network has it where nothing was measured. */
function normalised(
  nodes: readonly NetworkNode[],
  by: FreshNetwork['normalisation'],
): readonly NetworkNode[] {
  const [input, ...rest] = nodes;
  if (input?.op !== 'input' || !by || by === 'data') return nodes;
  const { mean, deviation } = by;
  const scale = deviation.map((value) => 1 / value);
  const [r = 1, g = 1, b = 1] = scale;
  const bias = mean.map((value, colour) => -value * (scale[colour] ?? 1));
  return [{ ...input, preprocessing: { matrix: [r, 0, 0, 0, g, 0, 0, 0, b], bias } }, ...rest];
}

/** @throws AppError as `backboneOf` and `readDefinition` */
export function freshPlanOf(network: FreshNetwork): FreshPlan {
  const plan = unpreparedPlanOf(network);
  return { ...plan, nodes: normalised(plan.nodes, network.normalisation) };
}

/**
 * The backbone that is to be trained, with the layers that were chosen, for pictures of the wanted size.
 * @throws AppError `networkUnknown`, `networkTooDeep`, `networkTooLarge`
 */
export function backboneOf({ backboneId, inputSizePx, layers }: FreshNetwork): Backbone {
  const listed = BACKBONES.find(({ id }) => id === backboneId);
  const backbone = layers ? listed?.layers?.withLayers(layers) : listed;
  if (!backbone) throw new AppError('networkUnknown', { network: backboneId, sizePx: inputSizePx });
  const { title, leastInputPx = LEAST_INPUT_PX } = backbone;
  if (inputSizePx < leastInputPx)
    throw new AppError('networkTooDeep', { network: title, sizePx: inputSizePx, leastPx: leastInputPx });
  // Sizes come from recipes and model files too, also for layers that nobody chose.
  checkSize(backbone.buildNodes(inputSizePx));
  return backbone;
}

/** Whether it is one that a person defined. */
export function isDefined(network: FreshNetwork): network is FreshNetwork & { readonly definition: string } {
  return network.backboneId === DEFINED_NETWORK_ID && network.definition !== undefined;
}

function unpreparedPlanOf(network: FreshNetwork): FreshPlan {
  const { inputSizePx } = network;
  if (isDefined(network)) return readDefinition(network.definition, inputSizePx);
  const { id, title, featureNode, featureCount, buildNodes } = backboneOf(network);
  const { nodes } = cutAfter({ name: id, nodes: buildNodes(inputSizePx), weights: {} }, featureNode);
  return { title, nodes, featureNode, featureCount };
}

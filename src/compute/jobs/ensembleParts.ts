/** Models of any backbones as networks that all read the same: features, maps of the backbone, or the picture. */
import { type BackboneInfo, freshNetworkOf } from '../../domain/model.ts';
import { cutBefore } from '../../network/cut.ts';
import { mirrored } from '../../network/mirror.ts';
import {
  type InputNode,
  inputNodeOf,
  type Network,
  type NetworkNode,
  type Preprocessing,
} from '../../network/network.ts';
import { conv, NO_PADDING } from '../../network/nodeBuilders.ts';
import { InvalidNetworkError, inferShapes } from '../../network/shapes.ts';
import type { EnsembleCandidate } from '../../rpc/ensembleCalls.ts';
import { AppError } from '../../shared/errors.ts';
import { freshPlanOf } from './definedNetwork.ts';
import type { Session } from './session.ts';
import { cutOf, toWhole } from './trainedPart.ts';

/** What of a session says how a picture enters, and what lies behind. */
export type SessionParts = Pick<Session, 'info' | 'plan' | 'ownInput' | 'backbone'>;

/** The backbone of a model with its weights; without any where it began with fresh ones. */
export type LoadBackbone = (backbone: BackboneInfo) => Promise<Network>;

/** Below this fraction of what it could be, a determinant is none. */
const SINGULAR = 1e-6;

/** `[3 × 3]`, row-major, of the inverse. @throws AppError `ensembleOtherInput` where there is none */
function inverse([
  a = 0,
  b = 0,
  c = 0,
  d = 0,
  e = 0,
  f = 0,
  g = 0,
  h = 0,
  i = 0,
]: readonly number[]): number[] {
  const det = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  const scale = Math.max(...[a, b, c, d, e, f, g, h, i].map(Math.abs));
  // One that makes grey of colours keeps nothing that the other could be given.
  if (!(Math.abs(det) > SINGULAR * scale ** 3)) throw new AppError('ensembleOtherInput');
  return [e * i - f * h, c * h - b * i, b * f - c * e, f * g - d * i, a * i - c * g, c * d - a * f]
    .concat([d * h - e * g, b * g - a * h, a * e - b * d])
    .map((value) => value / det);
}

function product(left: readonly number[], right: readonly number[]): number[] {
  return left.map((_, at) => {
    const [row, column] = [Math.floor(at / 3), at % 3];
    return [0, 1, 2].reduce((sum, k) => sum + (left[row * 3 + k] ?? 0) * (right[k * 3 + column] ?? 0), 0);
  });
}

/** From a picture as one network wants it to the same as another does: `M₂·M₁⁻¹·(x − b₁) + b₂`, a 1×1 convolution. */
function converted(name: string, input: string, from: Preprocessing, to: Preprocessing): Network {
  const matrix = product(to.matrix, inverse(from.matrix));
  const bias = [0, 1, 2].map(
    (row) =>
      (to.bias[row] ?? 0) -
      [0, 1, 2].reduce((sum, k) => sum + (matrix[row * 3 + k] ?? 0) * (from.bias[k] ?? 0), 0),
  );
  // A kernel has its inputs before its outputs.
  const values = Float32Array.from({ length: 9 }, (_, at) => matrix[(at % 3) * 3 + Math.floor(at / 3)] ?? 0);
  return {
    name,
    nodes: [conv(name, input, 3, 1, { padding: NO_PADDING })],
    weights: {
      [`${name}/kernel`]: { shape: [1, 1, 3, 3], values },
      [`${name}/bias`]: { shape: [3], values: Float32Array.from(bias) },
    },
  };
}

const AS_IT_IS: Preprocessing = { matrix: [1, 0, 0, 0, 1, 0, 0, 0, 1], bias: [0, 0, 0] };

/** The same network behind the input of another one, which prepares pictures in its own way. */
function behindInput(network: Network, wanted: Preprocessing, ours: InputNode): Network {
  const input = inputNodeOf(network.nodes);
  const given = ours.preprocessing ?? AS_IT_IS;
  const start: InputNode = { ...ours, preprocessing: null };
  const rest = network.nodes.slice(1);
  if (JSON.stringify(given) === JSON.stringify(wanted)) {
    const rename = (name: string) => (name === input.name ? start.name : name);
    const nodes = rest.map((node): NetworkNode => ({ ...node, inputs: node.inputs.map(rename) }));
    return { ...network, nodes: [start, ...nodes] };
  }
  const between = converted('as_it_wants', start.name, given, wanted);
  const rename = (name: string) => (name === input.name ? 'as_it_wants' : name);
  const nodes = rest.map((node): NetworkNode => ({ ...node, inputs: node.inputs.map(rename) }));
  return {
    name: network.name,
    nodes: [start, ...between.nodes, ...nodes],
    weights: { ...network.weights, ...between.weights },
  };
}

/** From the picture to its probabilities, and how it wants pictures to be prepared. */
async function wholeOf(
  { network, backbone }: EnsembleCandidate,
  session: SessionParts,
  loadBackbone: LoadBackbone,
): Promise<{ readonly network: Network; readonly preprocessing: Preprocessing }> {
  const fresh = freshNetworkOf(backbone);
  if (fresh) {
    // All of it learned, so all of it is in the model.
    return { network, preprocessing: inputNodeOf(freshPlanOf(fresh).nodes).preprocessing ?? AS_IT_IS };
  }
  const loaded = await loadBackbone(backbone);
  const plan = { ...session.plan, nodes: loaded.nodes, featureNode: loaded.nodes.at(-1)?.name ?? '' };
  const whole = toWhole(loaded, cutOf({ plan }, network), network);
  return { network: whole, preprocessing: inputNodeOf(whole.nodes).preprocessing ?? AS_IT_IS };
}

/** @throws AppError `ensembleNoMirror` */
function inMirror(network: Network): Network {
  try {
    return mirrored(network);
  } catch (thrown) {
    if (!(thrown instanceof InvalidNetworkError)) throw thrown;
    throw new AppError('ensembleNoMirror', {}, { cause: thrown });
  }
}

/** The same network under another name for what it reads. */
function reading(network: Network, input: InputNode): Network {
  const own = inputNodeOf(network.nodes);
  const rename = (name: string) => (name === own.name ? input.name : name);
  const nodes = network.nodes
    .slice(1)
    .map((node): NetworkNode => ({ ...node, inputs: node.inputs.map(rename) }));
  return { ...network, nodes: [{ ...own, name: input.name }, ...nodes] };
}

/** Those that began with fresh weights have the same fingerprint, and may differ in all else. */
function isSameBackbone(a: BackboneInfo, b: BackboneInfo): boolean {
  const keyOf = ({ id, fingerprint, definition, layers, normalisation }: BackboneInfo) =>
    JSON.stringify([
      ...[id, fingerprint, definition, layers?.filters, layers?.denseUnits],
      ...[normalisation?.mean, normalisation?.deviation],
    ]);
  return keyOf(a) === keyOf(b);
}

/** Of members over one backbone: as late as can be, since what is before it runs once. */
function overOneBackbone(session: SessionParts, networks: readonly Network[]): readonly Network[] {
  const [first] = networks;
  if (!first) throw new Error('an ensemble of nothing');
  const cuts = networks.map((network) => cutOf(session, network));
  const order = session.plan.nodes.map(({ name }) => name);
  const known = cuts.filter((cut) => cut !== null).sort((a, b) => order.indexOf(a) - order.indexOf(b));
  const [earliest] = known;
  if (earliest === undefined) return networks.map((network) => reading(network, inputNodeOf(first.nodes)));
  const shape = inferShapes(session.plan.nodes).get(earliest) ?? [];
  const backbone = session.backbone();
  return networks.map((network, index) =>
    cuts[index] === earliest
      ? network
      : cutBefore(toWhole(backbone, cuts[index] ?? null, network), earliest, shape),
  );
}

/**
 * All of them behind one place: features or maps of their backbone where it is the same, else the picture. With flips each
 * is followed by the network that sees the picture in a mirror.
 * @param session over the backbone of the first
 * @throws AppError `ensembleOtherSize` where they read pictures of different sizes; `ensembleOtherInput`, `ensembleNoMirror`
 */
export async function toSharedInput(
  session: SessionParts,
  members: readonly EnsembleCandidate[],
  flips: boolean,
  loadBackbone: LoadBackbone,
): Promise<readonly Network[]> {
  const { inputSizePx } = session.info;
  if (members.some(({ backbone }) => backbone.inputSizePx !== inputSizePx))
    throw new AppError('ensembleOtherSize');
  const isOurs = members.every(({ backbone }) => isSameBackbone(backbone, session.info));
  if (isOurs && !flips) {
    return overOneBackbone(
      session,
      members.map(({ network }) => network),
    );
  }
  const ours = session.ownInput ?? inputNodeOf(session.plan.nodes);
  const parts: Network[] = [];
  for (const member of members) {
    const { network, preprocessing } = await wholeOf(member, session, loadBackbone);
    parts.push(behindInput(network, preprocessing, ours));
    if (flips) parts.push(behindInput(inMirror(network), preprocessing, ours));
  }
  return parts;
}

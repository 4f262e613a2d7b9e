/** Members of every kind behind one place: each says there what it says alone. */
import { describe, expect, it } from 'vitest';
import type { BackboneInfo } from '../../domain/model.ts';
import { cutAfter, cutBefore } from '../../network/cut.ts';
import { foldBatchNorm } from '../../network/fold.ts';
import { createFreshNetwork } from '../../network/freshNetwork.ts';
import { buildHeadNodes, createHead } from '../../network/head.ts';
import { mirrored } from '../../network/mirror.ts';
import type { InputNode, Network, NetworkNode, Preprocessing } from '../../network/network.ts';
import {
  add,
  batchNorm,
  CAFFE_PREPROCESSING,
  conv,
  globalAvgPool,
  imageInput,
  padAll,
  relu,
  UNIT_PREPROCESSING,
} from '../../network/nodeBuilders.ts';
import { runReference } from '../../network/reference.ts';
import { checkNetwork } from '../../network/shapes.ts';
import type { EnsembleCandidate } from '../../rpc/ensembleCalls.ts';
import { createRandom } from '../../shared/random.ts';
import { freshPlanOf } from './definedNetwork.ts';
import { type SessionParts, toSharedInput } from './ensembleParts.ts';
import { toWhole } from './trainedPart.ts';

const SIZE_PX = 13;
const FEATURES = 4;
const CLASSES = 3;
const random = createRandom(3);
const uniform = () => random.next();

interface Made {
  readonly info: BackboneInfo;
  readonly backbone: Network;
  readonly head: Network;
}

/** With a shortcut, and windows that leave a column unread; BatchNorm is folded as in what the app comes with. */
function nodesWith(preprocessing: Preprocessing): NetworkNode[] {
  return [
    imageInput('input', SIZE_PX, preprocessing),
    conv('first', 'input', FEATURES, 3, { stride: 2, padding: padAll(1), useBias: false }),
    batchNorm('norm', 'first', 1e-3),
    relu('maps', 'norm'),
    conv('left', 'maps', FEATURES, 1, { stride: 2 }),
    conv('right', 'maps', FEATURES, 3, { stride: 2, padding: padAll(1) }),
    add('sum', 'left', 'right'),
    globalAvgPool('pool', 'sum'),
  ];
}

function made(id: string, preprocessing: Preprocessing): Made {
  const backbone = foldBatchNorm(createFreshNetwork(id, nodesWith(preprocessing), uniform));
  const head = createHead(
    buildHeadNodes({ head: 'mlp', hiddenUnits: 5, dropout: 0 }, FEATURES, CLASSES),
    uniform,
  );
  return {
    info: {
      ...{ id, fingerprint: `of ${id}`, inputSizePx: SIZE_PX, featureCount: FEATURES },
      resize: { fit: 'centerCrop', cropFraction: 1, version: 1 },
    },
    backbone,
    head,
  };
}

const plain = made('plain', UNIT_PREPROCESSING);
const other = made('other', CAFFE_PREPROCESSING);

function sessionOver({ info, backbone }: Made): SessionParts {
  const plan = { backboneId: info.id, nodes: backbone.nodes, featureNode: 'pool', featureCount: FEATURES };
  return { info, plan, ownInput: null, backbone: () => backbone };
}
const candidate = ({ info, head }: Made, network = head): EnsembleCandidate => ({
  ...{ network, backbone: info, classNames: ['a', 'b', 'c'] },
});
const normalisationOf = ({ backbone: { normalisation } }: EnsembleCandidate) =>
  normalisation ? { normalisation } : {};
const load = async ({ id }: BackboneInfo) => (id === plain.info.id ? plain : other).backbone;

const picture = {
  shape: [SIZE_PX, SIZE_PX, 3],
  values: Float64Array.from({ length: SIZE_PX * SIZE_PX * 3 }, () => uniform() * 255),
};
/** The picture as the workers give it for a network whose input is that of the backbone. */
function entered({ backbone }: Made) {
  const input = backbone.nodes[0] as InputNode;
  return runReference({ name: 'in', nodes: [input], weights: {} }, picture);
}
const alone = ({ backbone, head }: Made, network = toWhole(backbone, null, head)) => [
  ...runReference(network, picture).values,
];

function expectSame(got: ArrayLike<number>, wanted: readonly number[]): void {
  for (const [k, value] of wanted.entries()) expect(got[k]).toBeCloseTo(value, 4);
}

describe('members over one backbone', () => {
  it('read its features, whatever the head calls them', async () => {
    const renamed: Network = JSON.parse(JSON.stringify(plain.head).replaceAll('"features"', '"pool"'));
    const second = { ...renamed, weights: plain.head.weights };
    const parts = await toSharedInput(
      sessionOver(plain),
      [candidate(plain), candidate(plain, second)],
      false,
      load,
    );
    const features = runReference(plain.backbone, picture);
    for (const part of parts) {
      expect(part.nodes[0]?.name).toBe(parts[0]?.nodes[0]?.name);
      expectSame(runReference(part, features).values, alone(plain));
    }
  });

  it('read the earliest maps where stages have learned', async () => {
    const cut = 'maps';
    const upTo = cutAfter(other.backbone, cut);
    const maps = runReference(upTo, picture);
    const tuned = cutBefore(toWhole(other.backbone, null, other.head), cut, maps.shape);
    const parts = await toSharedInput(
      sessionOver(other),
      [candidate(other), candidate(other, tuned)],
      false,
      load,
    );
    for (const part of parts) {
      checkNetwork(part);
      expectSame(runReference(part, maps).values, alone(other));
    }
  });
});

describe('members over different backbones', () => {
  it('read the picture as the first one wants it', async () => {
    const parts = await toSharedInput(sessionOver(other), [candidate(other), candidate(plain)], false, load);
    const given = entered(other);
    const wanted = [alone(other), alone(plain)];
    parts.forEach((part, k) => {
      checkNetwork(part);
      expectSame(runReference(part, given).values, wanted[k] ?? []);
    });
  });

  it('are followed by themselves in a mirror', async () => {
    const parts = await toSharedInput(sessionOver(plain), [candidate(plain), candidate(other)], true, load);
    expect(parts).toHaveLength(4);
    const given = entered(plain);
    const turned = [plain, other].map(({ backbone, head }) => mirrored(toWhole(backbone, null, head)));
    expectSame(runReference(parts[1] as Network, given).values, alone(plain, turned[0]));
    expectSame(runReference(parts[3] as Network, given).values, alone(other, turned[1]));
  });

  it('that began with fresh weights keep their own way of taking colours', async () => {
    const fresh = (mean: number): EnsembleCandidate => {
      const normalisation = { mean: [mean, mean, mean], deviation: [50, 60, 70] };
      const info = {
        ...{ id: 'plain-cnn', fingerprint: 'from scratch', inputSizePx: 28, featureCount: 128 },
        ...{ resize: plain.info.resize, normalisation },
      };
      const { nodes } = freshPlanOf({ backboneId: 'plain-cnn', inputSizePx: 28, normalisation });
      const [input, ...rest] = nodes;
      const cut = { ...input, preprocessing: null } as NetworkNode;
      const network = createFreshNetwork('fresh', [cut, ...rest], uniform);
      return { network, backbone: info, classNames: ['a', 'b', 'c'] };
    };
    const [a, b] = [fresh(100), fresh(120)];
    const { nodes } = freshPlanOf({ backboneId: 'plain-cnn', inputSizePx: 28, ...normalisationOf(a) });
    const plan = { backboneId: 'plain-cnn', nodes, featureNode: 'dense_relu', featureCount: 128 };
    const session: SessionParts = {
      ...{ info: a.backbone, plan, ownInput: nodes[0] as InputNode },
      backbone: () => ({ name: 'plain-cnn', nodes, weights: {} }),
    };
    const parts = await toSharedInput(session, [a, b], false, load);
    const shape = [28, 28, 3];
    const values = Float64Array.from({ length: 28 * 28 * 3 }, () => uniform() * 255);
    const enteredBy = ({ backbone }: EnsembleCandidate) =>
      values.map((value, at) => {
        const { mean = [], deviation = [] } = backbone.normalisation ?? {};
        return (value - (mean[at % 3] ?? 0)) / (deviation[at % 3] ?? 1);
      });
    const given = { shape, values: enteredBy(a) };
    expectSame(runReference(parts[0] as Network, given).values, [...runReference(a.network, given).values]);
    expectSame(runReference(parts[1] as Network, given).values, [
      ...runReference(b.network, { shape, values: enteredBy(b) }).values,
    ]);
  });

  it('that make grey of colours give nothing to another', async () => {
    const grey = made('grey', { matrix: new Array(9).fill(1 / 765), bias: [0, 0, 0] });
    await expect(
      toSharedInput(sessionOver(grey), [candidate(grey), candidate(plain)], false, load),
    ).rejects.toMatchObject({ code: 'ensembleOtherInput' });
  });

  it('must look at pictures of one size', async () => {
    const larger = { ...candidate(other), backbone: { ...other.info, inputSizePx: 64 } };
    await expect(
      toSharedInput(sessionOver(plain), [candidate(plain), larger], false, load),
    ).rejects.toMatchObject({
      code: 'ensembleOtherSize',
    });
  });
});

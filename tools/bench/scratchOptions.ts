/** What `npm run bench -- scratch` may be told. */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../paths.ts';
import { SetupError } from '../say.ts';

const DEFAULT_IMAGES = join(ROOT, '..', 'shared', 'data', 'cifar-10-binary-mini.tar.gz');

/** As their tutorials train them; titles are those of the app's list. */
export const SCRATCH_NETWORKS = {
  'plain-cnn': { title: 'Plain CNN', epochs: 15, cropAndFlip: false, leastAccuracy: 0.4 },
  'cifar-resnet18': { title: 'ResNet18 (CIFAR)', epochs: 10, cropAndFlip: true, leastAccuracy: 0.45 },
} as const;
export type ScratchNetwork = keyof typeof SCRATCH_NETWORKS;
const NETWORKS = Object.keys(SCRATCH_NETWORKS) as ScratchNetwork[];

export interface ScratchOptions {
  /** CIFAR-10's binary layout, `.tar.gz`. */
  readonly images: string;
  readonly network: ScratchNetwork;
  readonly epochs: number;
  readonly seeds: readonly number[];
  readonly batchSize: number;
  readonly learningRate: number;
  readonly againstPytorch: boolean;
  readonly dist: string | null;
  readonly json: boolean;
}

function toWhole(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new SetupError(`--${option} is a whole number from 1`);
  return value;
}

/** @throws SetupError with what would be right */
export function readScratchOptions(args: readonly string[]): ScratchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      images: { type: 'string', default: DEFAULT_IMAGES },
      network: { type: 'string', default: 'cifar-resnet18' },
      epochs: { type: 'string' },
      seeds: { type: 'string', default: '1' },
      against: { type: 'string' },
      dist: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const network = NETWORKS.find((name) => name === values.network);
  if (!network) throw new SetupError(`--network is one of ${NETWORKS.join(', ')}`);
  if (values.against !== undefined && values.against !== 'pytorch')
    throw new SetupError('--against is pytorch');
  const count = toWhole('seeds', values.seeds);
  return {
    images: resolve(values.images),
    network,
    epochs: values.epochs === undefined ? SCRATCH_NETWORKS[network].epochs : toWhole('epochs', values.epochs),
    seeds: Array.from({ length: count }, (_, i) => i + 1),
    batchSize: 64,
    learningRate: 1e-3,
    againstPytorch: values.against === 'pytorch',
    dist: values.dist === undefined ? null : resolve(values.dist),
    json: values.json,
  };
}

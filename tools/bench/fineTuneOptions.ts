/** What `npm run bench -- finetune` may be told. */
import { parseArgs } from 'node:util';
import { SetupError } from '../say.ts';
import { FINE_TUNE_NETWORKS, type FineTuneSizes } from './fineTuneNetworks.ts';

export const FINE_TUNE_BACKENDS = ['wasm', 'webgl', 'webgpu'] as const;

/** Plain TensorFlow.js, or our own on one core. */
export const FINE_TUNE_OTHERS = ['plain', 'one-core'] as const;
export type FineTuneOther = (typeof FINE_TUNE_OTHERS)[number];

export interface FineTuneOptions {
  readonly backend: (typeof FINE_TUNE_BACKENDS)[number];
  readonly sizes: FineTuneSizes;
  /** Timed ones; another one before them warms up. */
  readonly steps: number;
  /** Of ours, on the processor; null: one for each core. */
  readonly workers: number | null;
  readonly against: FineTuneOther;
  readonly json: boolean;
}

function toCount(option: string, text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new SetupError(`--${option} is a whole number from 1`);
  return count;
}

/** Like `parseArgs`, but what is wrong is told in one line. */
function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        backend: { type: 'string', default: 'wasm' },
        batch: { type: 'string', default: '8' },
        stages: { type: 'string', default: '1' },
        scale: { type: 'string', default: '1' },
        steps: { type: 'string', default: '3' },
        workers: { type: 'string' },
        against: { type: 'string', default: 'plain' },
        network: { type: 'string', default: 'tail' },
        json: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new SetupError(error instanceof Error ? error.message : String(error));
  }
}

/** @throws SetupError with what would be right */
export function readFineTuneOptions(args: readonly string[]): FineTuneOptions {
  const values = parse(args);
  const backend = FINE_TUNE_BACKENDS.find((name) => name === values.backend);
  if (!backend) throw new SetupError(`--backend is one of ${FINE_TUNE_BACKENDS.join(', ')}`);
  const stages = ([1, 2] as const).find((count) => String(count) === values.stages);
  if (!stages) throw new SetupError('--stages is 1 or 2');
  const network = FINE_TUNE_NETWORKS.find((name) => name === values.network);
  if (!network) throw new SetupError(`--network is one of ${FINE_TUNE_NETWORKS.join(', ')}`);
  const against = FINE_TUNE_OTHERS.find((name) => name === values.against);
  if (!against) throw new SetupError(`--against is one of ${FINE_TUNE_OTHERS.join(', ')}`);
  if (against === 'one-core' && backend !== 'wasm')
    throw new SetupError('--against one-core is a question of the processor: --backend wasm');
  const scale = toCount('scale', values.scale);
  // The narrowest layers have 64 · 2³ channels in stage 5, half of them in stage 4.
  if (!Number.isInteger(Math.log2(scale)) || scale > 64)
    throw new SetupError('--scale is a power of two up to 64: what the channels are divided by');
  return {
    backend,
    sizes: { network, stages, batch: toCount('batch', values.batch), scale },
    steps: toCount('steps', values.steps),
    workers: values.workers === undefined ? null : toCount('workers', values.workers),
    against,
    json: values.json,
  };
}

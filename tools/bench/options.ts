/** What `npm run bench` may be told. */
import { parseArgs } from 'node:util';
import { SetupError } from '../say.ts';

/** Our side's; `cpu` is our own WebAssembly engine, `wasm` that of TensorFlow.js. */
export const BACKENDS = ['cpu', 'webgpu', 'webgl', 'wasm', 'auto'] as const;
/** Of our side: whole numbers of 8 bits, or float32 as everyone else's. */
export const ARITHMETICS = ['int8', 'float32'] as const;
export type Arithmetic = (typeof ARITHMETICS)[number];
/** Beside plain TensorFlow.js, which is always there. */
const OPPONENT = 'onnxruntime-web';

const DEFAULT_BACKEND = 'cpu';
const DEFAULT_ARITHMETIC = 'both';
/** As many as the app's camera page asks for. */
const DEFAULT_FRAMES_IN_FLIGHT = '2';

export interface BenchOptions {
  readonly backend: (typeof BACKENDS)[number];
  /** The first one's figures stand for our side where only one is asked for. */
  readonly arithmetics: readonly Arithmetic[];
  readonly againstOrt: boolean;
  readonly rounds: number;
  /** Of one round and side. */
  readonly pictures: number;
  readonly framesInFlight: number;
  readonly json: boolean;
}

function toCount(option: string, text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new SetupError(`--${option} is a whole number from 1`);
  return count;
}

/** @throws SetupError with what would be right */
export function readSpeedOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      backend: { type: 'string', default: DEFAULT_BACKEND },
      arithmetic: { type: 'string', default: DEFAULT_ARITHMETIC },
      against: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      pictures: { type: 'string', default: '12' },
      'frames-in-flight': { type: 'string', default: DEFAULT_FRAMES_IN_FLIGHT },
      json: { type: 'boolean', default: false },
    },
  });
  const backend = BACKENDS.find((name) => name === values.backend);
  if (!backend) throw new SetupError(`--backend is one of ${BACKENDS.join(', ')}`);
  const arithmetics = ARITHMETICS.filter(
    (name) => values.arithmetic === 'both' || values.arithmetic === name,
  );
  if (arithmetics.length === 0)
    throw new SetupError(`--arithmetic is one of ${ARITHMETICS.join(', ')}, both`);
  if (values.against !== undefined && values.against !== OPPONENT)
    throw new SetupError(`--against is ${OPPONENT}, or left out`);
  return {
    backend,
    arithmetics,
    againstOrt: values.against === OPPONENT,
    rounds: toCount('rounds', values.rounds),
    pictures: toCount('pictures', values.pictures),
    framesInFlight: toCount('frames-in-flight', values['frames-in-flight']),
    json: values.json,
  };
}

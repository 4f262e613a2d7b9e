/**
 * The convolutions of `convOps.ts` on kernels of our own, for the WASM backend: nearly twice as fast, as relaxed SIMD adds
 * and multiplies at once, and as patches go straight into the order that the product reads. They work in the memory of
 * TensorFlow.js, on its tensors; where that cannot be had, `convOps.ts` does the same.
 */
import * as tf from '@tensorflow/tfjs-core';
import { BLOCK, PANEL } from '../../wasm/assembly/tileShape.ts';
import type { CompiledKernels } from '../../wasm/builds.ts';
import { FLOAT_BYTES, roundUp } from '../../wasm/memory.ts';
import { instantiateTrainingKernels, type ProductKernels } from '../../wasm/training/trainingKernels.ts';
import { type ConvOps, type ConvPlan, fromPatches, mirrored, TENSORFLOW_CONVS } from './convOps.ts';
import type { Activation } from './products.ts';
import type { WindowPlan } from './windows.ts';

/** Of the WASM backend of TensorFlow.js 4.22, what its types do not tell. */
interface WasmBackend {
  readonly wasm?: { readonly asm?: { readonly memory?: unknown } };
  readonly dataIdMap: { get(id: object): { readonly memoryOffset: number } };
  makeOutput(shape: number[], dtype: 'float32'): tf.TensorInfo;
}

/** Largest and smallest values of an activation. */
const BOUNDS = {
  none: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  relu: [0, Number.POSITIVE_INFINITY],
  relu6: [0, 6],
} as const;

/** A matrix in panels, ready for a product. */
interface Panels {
  readonly address: number;
  readonly columns: number;
  readonly inner: number;
}

function createOps(backend: WasmBackend, kernels: ProductKernels): ConvOps {
  const addressOf = (tensor: tf.Tensor) => backend.dataIdMap.get(tensor.dataId).memoryOffset;
  const allocate = (shape: number[]) =>
    tf.engine().makeTensorFromTensorInfo(backend.makeOutput(shape, 'float32'));
  /** Goes with the `tf.tidy` around it. */
  const scratch = (length: number) => addressOf(allocate([length]));
  const placesOf = (batch: number, { output }: WindowPlan) => batch * output[0] * output[1];
  const tapCountOf = ({ window }: WindowPlan) => window[0] * window[1];

  /** Patches of a map in blocks of places, or `across` in blocks of what they hold. */
  function packPatches(map: tf.Tensor4D, plan: WindowPlan, isAcross: boolean): number {
    const [batch, , , channels] = map.shape;
    const { input, output, window, strides, padding } = plan;
    const places = placesOf(batch, plan);
    const held = tapCountOf(plan) * channels;
    const to = scratch(isAcross ? roundUp(held, BLOCK) * places : roundUp(places, BLOCK) * held);
    const zeros = addressOf(tf.zeros([channels]));
    kernels.setWindow(...input, channels, ...output, ...window, ...strides, padding.top, padding.left);
    kernels[isAcross ? 'packPatchesAcross' : 'packPatches'](addressOf(map), zeros, places, to);
    return to;
  }

  /** A matrix `[inner, columns]` as it lies. */
  function packPlainly(matrix: tf.Tensor): Panels {
    const columns = matrix.shape.at(-1) ?? 1;
    const inner = matrix.size / columns;
    const address = scratch(roundUp(columns, PANEL) * inner);
    const panelBytes = inner * PANEL * FLOAT_BYTES;
    const stride = columns * FLOAT_BYTES;
    kernels.packPanels(addressOf(matrix), FLOAT_BYTES, stride, columns, inner, address, panelBytes);
    return { address, columns, inner };
  }

  /**
   * A kernel `[taps · channels, filters]` for the way back: `[taps · filters, channels]` from the last tap to the first.
   * With one tap it is the transpose.
   */
  function packTurned(kernel: tf.Tensor2D, tapCount: number): Panels {
    const [rows, filters] = kernel.shape;
    const columns = rows / tapCount;
    const inner = tapCount * filters;
    const address = scratch(roundUp(columns, PANEL) * inner);
    const panelBytes = inner * PANEL * FLOAT_BYTES;
    const stride = filters * FLOAT_BYTES;
    for (let tap = 0; tap < tapCount; tap++) {
      const from = addressOf(kernel) + (tapCount - 1 - tap) * columns * stride;
      const to = address + tap * filters * PANEL * FLOAT_BYTES;
      kernels.packPanels(from, stride, FLOAT_BYTES, columns, filters, to, panelBytes);
    }
    return { address, columns, inner };
  }

  /** `[rows, panels.columns]`. @param blocks address of the packed first factor */
  function multiply(
    blocks: number,
    rows: number,
    { address, columns, inner }: Panels,
    bias?: tf.Tensor,
    activation?: Activation,
  ): tf.Tensor2D {
    const packedBias = packPlainly(bias ? tf.reshape(bias, [1, columns]) : tf.zeros([1, columns]));
    const tile = scratch(BLOCK * PANEL);
    const out = allocate([rows, columns]) as tf.Tensor2D;
    const [lowest, highest] = BOUNDS[activation ?? 'none'];
    const places = [blocks, address, packedBias.address, addressOf(out)] as const;
    kernels.product(...places, rows, inner, columns, lowest, highest, tile);
    return out;
  }

  /** Whether the kernels do it; grouped ones are left to TensorFlow.js. */
  const isOurs = ({ groups }: ConvPlan) => groups === 1;

  function inputGradient(gradient: tf.Tensor4D, kernel: tf.Tensor2D, plan: ConvPlan): tf.Tensor4D {
    const [batch] = gradient.shape;
    if (Math.max(...plan.strides) === 1) {
      const back = mirrored(plan);
      const blocks = packPatches(gradient, back, false);
      const product = multiply(blocks, placesOf(batch, back), packTurned(kernel, tapCountOf(plan)));
      return tf.reshape(product, [batch, ...plan.input, plan.channels]);
    }
    const [height, width] = plan.output;
    const pixels = { ...plan, window: [1, 1], strides: [1, 1], input: [height, width] } as const;
    const still = { ...pixels, padding: { top: 0, bottom: 0, left: 0, right: 0 } };
    const blocks = packPatches(gradient, still, false);
    const patches = multiply(blocks, placesOf(batch, plan), packTurned(kernel, 1));
    return fromPatches(patches, plan, plan.channels);
  }

  return {
    forward(x, kernel, bias, activation, plan) {
      if (!isOurs(plan)) return TENSORFLOW_CONVS.forward(x, kernel, bias, activation, plan);
      return tf.tidy(() => {
        const [batch] = x.shape;
        const blocks = packPatches(x, plan, false);
        const product = multiply(blocks, placesOf(batch, plan), packPlainly(kernel), bias, activation);
        return tf.reshape(product, [batch, ...plan.output, plan.filters]);
      });
    },
    backward(x, kernel, gradient, plan, wantsInput) {
      if (!isOurs(plan)) return TENSORFLOW_CONVS.backward(x, kernel, gradient, plan, wantsInput);
      return {
        kernel: tf.tidy(() => {
          const blocks = packPatches(x, plan, true);
          const rows: tf.Tensor = tf.reshape(gradient, [-1, plan.filters]);
          return multiply(blocks, kernel.shape[0], packPlainly(rows));
        }),
        input: wantsInput ? tf.tidy(() => inputGradient(gradient, kernel, plan)) : undefined,
      };
    },
  };
}

/**
 * For the current backend, which is to be WASM.
 * @param compiled the kernels of training
 * @returns null where there is no way to the memory of TensorFlow.js
 */
export async function createKernelConvs(compiled: CompiledKernels): Promise<ConvOps | null> {
  // Its types do not tell of its memory: whether that is there is looked at below.
  const backend = tf.backend() as unknown as WasmBackend;
  const memory = backend.wasm?.asm?.memory;
  if (!(memory instanceof WebAssembly.Memory)) return null;
  return createOps(backend, await instantiateTrainingKernels(compiled, memory));
}

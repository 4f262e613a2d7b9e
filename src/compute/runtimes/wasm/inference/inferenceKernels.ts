/** The compiled kernels of inference as TypeScript sees them. */
import { type CompiledKernels, instantiateKernels } from '../builds.ts';

export const INFERENCE_KERNEL_NAMES = [
  'conv32',
  'winograd32',
  'conv8',
  'depthwise32',
  'depthwise8',
  'maxPool8',
  'maxPool32',
  'avgPool32',
  'add32',
  'affine32',
  'codes32',
  'copy',
  'softmax32',
  'leakyRelu32',
  'sigmoid32',
  'silu32',
  'hardSwish32',
] as const;
export type InferenceKernelName = (typeof INFERENCE_KERNEL_NAMES)[number];

/** Each kernel works on the record at an address: `assembly/convStep.ts`, `assembly/winogradStep.ts`, `assembly/mapStep.ts`. */
export type InferenceKernels = Readonly<Record<InferenceKernelName, (step: number) => void>>;

/** @throws as `instantiateKernels` */
export function instantiateInferenceKernels(
  compiled: CompiledKernels,
  memory: WebAssembly.Memory,
): Promise<InferenceKernels> {
  return instantiateKernels(compiled, memory);
}

/** What the configuration of a Keras model says of its weights: names of layers, and the epsilon of BatchNorm. */
import { shortList, z } from '../../../shared/zod.ts';

const MAX_LAYERS = 4_096;
const MAX_NESTING = 8;

const layersSchema = z.object({ layers: shortList(z.unknown(), MAX_LAYERS) });
const layerSchema = z.object({
  class_name: z.string().max(200),
  config: z.object({ name: z.string().max(500), epsilon: z.number().optional() }).loose(),
});

export interface KerasLayer {
  readonly className: string;
  readonly name: string;
  /** Of BatchNorm; null where there is none. */
  readonly epsilon: number | null;
  /** Of a model within the model. */
  readonly layers: readonly KerasLayer[];
}

/**
 * The layers of a model, in their order; none where it cannot be told, since weights are found without them.
 * @param model `{ class_name, config: { layers } }`, parsed JSON
 */
export function readKerasLayers(model: unknown, nesting = 0): readonly KerasLayer[] {
  const config = typeof model === 'object' && model !== null && 'config' in model ? model.config : null;
  // Before Keras 2.3 a Sequential had its layers as its config.
  const parsed = layersSchema.safeParse(Array.isArray(config) ? { layers: config } : config);
  if (!parsed.success || nesting > MAX_NESTING) return [];
  return parsed.data.layers.flatMap((layer) => {
    const known = layerSchema.safeParse(layer);
    if (!known.success) return [];
    const { class_name: className, config: settings } = known.data;
    const { name, epsilon = null } = settings;
    return [{ className, name, epsilon, layers: readKerasLayers(layer, nesting + 1) }];
  });
}

/** Epsilon of every BatchNorm, by the layer's name. */
export function kerasEpsilons(layers: readonly KerasLayer[]): Map<string, number> {
  const epsilons = new Map<string, number>();
  for (const layer of layers) {
    if (layer.className === 'BatchNormalization' && layer.epsilon !== null)
      epsilons.set(layer.name, layer.epsilon);
    for (const [name, epsilon] of kerasEpsilons(layer.layers)) epsilons.set(name, epsilon);
  }
  return epsilons;
}

/** `DepthwiseConv2D` → `depthwise_conv2d`, as Keras names groups after classes. Source: keras.src.utils.naming. */
export function toSnakeCase(className: string): string {
  return className
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

/** Group of each layer in a file of Keras 3, such as `layers/conv2d_1`, which counts layers of one class → the layer's name. */
export function kerasGroupNames(layers: readonly KerasLayer[], folder = ''): Map<string, string> {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  for (const layer of layers) {
    const snake = toSnakeCase(layer.className);
    const count = counts.get(snake) ?? 0;
    counts.set(snake, count + 1);
    const group = `${folder}layers/${count === 0 ? snake : `${snake}_${count}`}`;
    names.set(group, layer.name);
    for (const [inner, name] of kerasGroupNames(layer.layers, `${group}/`)) names.set(inner, name);
  }
  return names;
}

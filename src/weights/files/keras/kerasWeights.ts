/**
 * Where Keras keeps weights in HDF5. Up to version 2 (and in whole-model `.h5` still) attributes list layers and their
 * weights by name; version 3 has a group for each layer, named after its class, with its variables by number.
 */
import { AppError } from '../../../shared/errors.ts';
import { damagedWeights, oversizedWeights } from '../fileErrors.ts';
import type { Hdf5Dataset, Hdf5File } from '../hdf5/hdf5File.ts';
import { parseListJson } from '../listJson.ts';
import { toFloats } from '../tensorDtype.ts';
import type { TensorFile } from '../tensorFile.ts';
import { createTensorTable, findTensorInfo } from '../tensorTable.ts';
import { type KerasLayer, kerasEpsilons, kerasGroupNames, readKerasLayers } from './kerasConfig.ts';

const MAX_GROUPS = 50_000;
const MAX_DEPTH = 24;
/** What a whole model keeps beside its weights. */
const OTHER_GROUPS = new Set(['optimizer', 'optimizer_weights']);

/** Variables of a layer in their order, by the class that Keras 3 names its group after. */
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  conv2d: ['kernel', 'bias'],
  depthwise_conv2d: ['kernel', 'bias'],
  dense: ['kernel', 'bias'],
  batch_normalization: ['gamma', 'beta', 'moving_mean', 'moving_variance'],
};

interface FoundWeight {
  readonly layer: string;
  /** Below the layer, for example `kernel`. */
  readonly weight: string;
  readonly path: string;
}

/** An attribute of many names may be cut into `name0`, `name1`, …, since HDF5 takes 64 kB at once. */
async function listed(file: Hdf5File, group: string, attribute: string): Promise<readonly string[] | null> {
  const whole = await file.texts(group, attribute);
  if (whole) return whole;
  const names: string[] = [];
  for (let part = 0; ; part++) {
    const texts = await file.texts(group, `${attribute}${part}`);
    if (!texts) return part === 0 ? null : names;
    names.push(...texts);
  }
}

function join(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('/');
}

/** `conv1/kernel:0` of layer `conv1` → `kernel`; of a model within the model the layer stands in the name. */
function toFound(layer: string, name: string, path: string): FoundWeight {
  const plain = name.replace(/:\d+$/, '');
  const own = `/${plain}`.lastIndexOf(`/${layer}/`);
  if (own >= 0) return { layer, weight: plain.slice(own + layer.length + 1), path };
  const [weight = plain, inner = layer] = plain.split('/').slice(-2).reverse();
  return { layer: inner, weight, path };
}

async function listedWeights(
  file: Hdf5File,
  root: string,
  layers: readonly string[],
): Promise<FoundWeight[]> {
  const found: FoundWeight[] = [];
  for (const layer of layers) {
    const names = (await listed(file, join(root, layer), 'weight_names')) ?? [];
    found.push(...names.map((name) => toFound(layer, name, join(root, layer, name))));
  }
  return found;
}

/** Every `vars` group below, with its variables by number. */
async function numberedWeights(file: Hdf5File, layers: ReadonlyMap<string, string>): Promise<FoundWeight[]> {
  const found: FoundWeight[] = [];
  let groups = 0;
  async function walk(group: string, depth: number): Promise<void> {
    if (++groups > MAX_GROUPS || depth > MAX_DEPTH)
      throw oversizedWeights(group, `${groups} groups, ${depth} deep`);
    const vars = join(group, 'vars');
    const numbers = ((await file.names(vars)) ?? []).filter((name) => /^\d+$/.test(name));
    if (numbers.length > 0) {
      const folder = group.split('/').at(-1) ?? '';
      const layer = layers.get(group) ?? (await file.texts(vars, 'name'))?.[0] ?? folder;
      const kinds = VARIABLES[folder.replace(/_\d+$/, '')] ?? [];
      // A BatchNorm without all of its variables has others under the same numbers.
      const isWhole = kinds.length === numbers.length || kinds[1] === 'bias';
      for (const number of numbers) {
        const weight = (isWhole ? kinds[Number(number)] : undefined) ?? number;
        found.push({ layer, weight, path: join(vars, number) });
      }
    }
    for (const name of (await file.names(group)) ?? []) {
      if (name !== 'vars' && !OTHER_GROUPS.has(join(group, name))) await walk(join(group, name), depth + 1);
    }
  }
  await walk('', 0);
  return found;
}

async function configOf(file: Hdf5File): Promise<readonly KerasLayer[]> {
  const text = (await file.texts('', 'model_config'))?.[0];
  return text === undefined ? [] : readKerasLayers(parseListJson(text, 'model_config'));
}

/**
 * The weights of a Keras model, as `layer/weight`.
 * @param model its configuration, parsed JSON, if it lies elsewhere
 * @throws AppError weightsFileDamaged, weightsFileTooLarge, weightsFileUnsupported, weightsFileEmpty
 */
export async function readKerasWeights(format: string, file: Hdf5File, model?: unknown): Promise<TensorFile> {
  const layers = model === undefined ? await configOf(file) : readKerasLayers(model);
  const root = (await file.names('model_weights')) ? 'model_weights' : '';
  const layerNames = await listed(file, root, 'layer_names');
  const found = layerNames
    ? await listedWeights(file, root, layerNames)
    : await numberedWeights(file, kerasGroupNames(layers));
  const { tensors, add } = createTensorTable();
  const datasets = new Map<string, Hdf5Dataset>();
  for (const { layer, weight, path } of found) {
    const dataset = await file.dataset(path);
    if (!dataset) throw damagedWeights(path, 'listed, and not there');
    add(`${layer}/${weight}`, dataset.shape, dataset.dtype);
    datasets.set(`${layer}/${weight}`, dataset);
  }
  if (tensors.size === 0) throw new AppError('weightsFileEmpty');
  return {
    format,
    tensors,
    epsilons: kerasEpsilons(layers),
    async read(name) {
      const { dtype } = findTensorInfo(tensors, name);
      const dataset = datasets.get(name);
      if (!dataset) throw new Error(`no dataset ${name}`);
      return toFloats(await dataset.read(), dtype);
    },
    close: () => file.close(),
  };
}

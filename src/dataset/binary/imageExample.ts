/** The picture and the class of a `tf.train.Example`, under the names that TensorFlow and its data sets give them. */
import { type ExampleFeature, readExample } from './exampleProto.ts';
import { nameOfClass, toClassName } from './setArchive.ts';

const IMAGE_KEYS = ['image/encoded', 'image', 'image_raw', 'jpeg', 'png'];
const TEXT_KEYS = ['image/class/text', 'label_name', 'class_name', 'class_text'];
const LABEL_KEYS = ['image/class/label', 'label', 'fine_label', 'class', 'target'];
const WANTED = new Set([...IMAGE_KEYS, ...TEXT_KEYS, ...LABEL_KEYS]);

export interface ImageExample {
  /** A view of the record; null where it has none. */
  readonly image: Uint8Array | null;
  readonly className: string | null;
  /** Whether it says anything of a class at all; -1 stands for an answer that is kept back. */
  readonly isLabelled: boolean;
}

/** The feature of the first key that there is. */
function find(
  example: ReadonlyMap<string, ExampleFeature>,
  keys: readonly string[],
): ExampleFeature | undefined {
  return keys.map((key) => example.get(key)).find((value) => value !== undefined);
}

function classOf(example: ReadonlyMap<string, ExampleFeature>, names: readonly string[]): string | null {
  const text = find(example, TEXT_KEYS);
  const named = text instanceof Uint8Array ? toClassName(new TextDecoder().decode(text)) : null;
  if (named !== null) return named;
  const label = find(example, LABEL_KEYS);
  if (label instanceof Uint8Array) return toClassName(new TextDecoder().decode(label));
  return label === undefined || label < 0 ? null : nameOfClass(names, label);
}

/**
 * @param names of the classes, by their numbers
 * @throws AppError `archiveUnreadable` if the record is no such example
 */
export function readImageExample(record: Uint8Array, names: readonly string[]): ImageExample {
  const example = readExample(record, WANTED);
  const image = find(example, IMAGE_KEYS);
  return {
    image: image instanceof Uint8Array ? image : null,
    className: classOf(example, names),
    isLabelled: find(example, LABEL_KEYS) !== undefined || find(example, TEXT_KEYS) !== undefined,
  };
}

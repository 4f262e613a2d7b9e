/**
 * Published weights that fit the networks here: where they lie, and what a file of that name has to be. Nothing here is
 * fetched unless a person asks for it. Sources: torchvision's documentation of its models; its names of files end with the
 * beginning of the SHA-256.
 */
export interface WeightSource {
  readonly title: string;
  readonly url: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly licence: string;
  /** Of the file, lower-case hex: all of it, or as much of its beginning as is published. */
  readonly sha256: string;
}

const FOLDER = 'https://download.pytorch.org/models/';

function torchvision(title: string, fileName: string, sizeBytes: number, sha256: string): WeightSource {
  return { title, url: `${FOLDER}${fileName}`, fileName, sizeBytes, licence: 'BSD-3-Clause', sha256 };
}

export const WEIGHT_SOURCES: readonly WeightSource[] = [
  torchvision(
    'MobileNetV2',
    'mobilenet_v2-b0353104.pth',
    14_212_972,
    'b03531047ffacf1e2488318dcd2aba1126cde36e3bfe1aa5cb07700aeeee9889',
  ),
  torchvision(
    'DenseNet121',
    'densenet121-a639ec97.pth',
    32_342_954,
    'a639ec97d7c33b07ae66f0b5fb7d0192f95a3b11b7576c66c0126c2a727c4395',
  ),
  torchvision(
    'ResNet18',
    'resnet18-f37072fd.pth',
    46_830_571,
    'f37072fd47e89c5e827621c5baffa7500819f7896bbacec160b1a16c560e07ec',
  ),
  torchvision('ResNeXt50 32×4d', 'resnext50_32x4d-7cdf4587.pth', 100_441_675, '7cdf4587'),
  torchvision(
    'ResNet50',
    'resnet50-0676ba61.pth',
    102_530_333,
    '0676ba61b6795bbe1773cffd859882e5e297624d384b6993f7c9e683e722fb8a',
  ),
  torchvision(
    'ResNet101',
    'resnet101-63fe2227.pth',
    178_793_939,
    '63fe2227b86e8f1f2063f43a75c84d195911b6a0eace650907dd3dc62dd49a0a',
  ),
  torchvision(
    'ResNet152',
    'resnet152-394f9c45.pth',
    241_627_721,
    '394f9c45966e3651a89bbb78a48410a6755854ce4a5ab64927cf1c7247f85e58',
  ),
];

/** Browsers number a file that they save a second time: `name (1).pth`, `name(1).pth`. */
const SAVED_AGAIN = / ?\(\d+\)(?=\.[a-z]+$)/;

/** Of a SHA-256, hex. */
const HASH_DIGITS = 64;

/**
 * How much of the hash of a file of that name is published and the same: `whole`, or only the `beginning` that its authors
 * put into the name; null where it is no published file.
 */
export function publishedHash(
  fileName: string,
  sha256: string,
): { readonly kind: 'whole' } | { readonly kind: 'beginning'; readonly digits: string } | null {
  const source = findWeightSource(fileName);
  if (!source || !sha256.startsWith(source.sha256)) return null;
  return source.sha256.length === HASH_DIGITS
    ? { kind: 'whole' }
    : { kind: 'beginning', digits: source.sha256 };
}

/** The published file of that name; null where it is none that is known here. */
export function findWeightSource(fileName: string): WeightSource | null {
  const name = fileName.replace(SAVED_AGAIN, '');
  return WEIGHT_SOURCES.find((source) => source.fileName === name) ?? null;
}

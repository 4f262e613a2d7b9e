/**
 * Published weights that fit the networks here: where they lie, for the person to fetch with the browser. Nothing here is
 * fetched by the page. Source: torchvision's documentation of its models, and the beginning of the SHA-256 that its
 * names of files end with.
 */
export interface WeightSource {
  readonly title: string;
  readonly url: string;
  readonly megabytes: number;
  readonly licence: string;
  /** How the file's SHA-256 begins, hex. */
  readonly sha256Begins: string;
}

const FOLDER = 'https://download.pytorch.org/models/';

function torchvision(title: string, file: string, megabytes: number): WeightSource {
  const [, sha256Begins = ''] = /-([0-9a-f]{8})\.pth$/.exec(file) ?? [];
  return { title, url: `${FOLDER}${file}`, megabytes, licence: 'BSD-3-Clause', sha256Begins };
}

export const WEIGHT_SOURCES: readonly WeightSource[] = [
  torchvision('MobileNetV2', 'mobilenet_v2-b0353104.pth', 13.6),
  torchvision('DenseNet121', 'densenet121-a639ec97.pth', 30.8),
  torchvision('ResNet18', 'resnet18-f37072fd.pth', 44.7),
  torchvision('ResNeXt50 32×4d', 'resnext50_32x4d-7cdf4587.pth', 95.8),
  torchvision('ResNet50', 'resnet50-0676ba61.pth', 97.8),
  torchvision('ResNet101', 'resnet101-63fe2227.pth', 170.5),
  torchvision('ResNet152', 'resnet152-394f9c45.pth', 230.4),
];

/** Which convolutions Winograd's algorithm can do, in inference and in training, and into how many tiles it takes a map. */
import type { Conv2dNode } from '../../../network/network.ts';
import { TILE_SIDE } from './assembly/winogradShape.ts';

export const KERNEL_SIDE = 3;
/** With fewer, of the input's or the output's, the products are too few beside the transforms. */
export const LEAST_CHANNELS = 16;

/** What an algorithm is chosen by. */
export interface ConvSize {
  readonly node: Conv2dNode;
  readonly channels: number;
  /** Of the output. */
  readonly height: number;
  readonly width: number;
}

/** Tiles overlap where a side is odd, so that there must be a whole one. */
export function canUseWinograd({ node, height, width }: ConvSize): boolean {
  return (
    node.kernelSize.every((side) => side === KERNEL_SIDE) &&
    node.strides.every((stride) => stride === 1) &&
    node.groups === 1 &&
    Math.min(height, width) >= TILE_SIDE
  );
}

/** Tiles along each side of an output. */
export function tilesAlong(
  height: number,
  width: number,
): { readonly down: number; readonly across: number } {
  return { down: Math.ceil(height / TILE_SIDE), across: Math.ceil(width / TILE_SIDE) };
}

export function tileCount(height: number, width: number): number {
  const { down, across } = tilesAlong(height, width);
  return down * across;
}

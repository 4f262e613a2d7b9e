/** Where the pixels of Winograd's tiles lie in their map: looked up by all that reads and writes tiles. */
import { TILE_SIDE } from '../../assembly/winogradShape';
import { field } from './gatherTile';
import { ACROSS, BASE, DOWN, HEIGHT, LEFT, OUTSIDE, PIXEL, SIDE, TOP, WIDTH } from './tileRecord';

/**
 * Addresses of the pixels of tiles, `[filled, SIDE · SIDE]`; those of pixels outside of the map, and of all tiles from
 * `count` on, are `OUTSIDE`.
 * @param record as in `tileRecord.ts`
 * @param first of the tiles of all pictures
 */
export function locateTiles(record: usize, first: i32, count: i32, filled: i32, to: usize): void {
  const height = field(record, HEIGHT);
  const width = field(record, WIDTH);
  const pixelBytes = field(record, PIXEL);
  const down = field(record, DOWN);
  const across = field(record, ACROSS);
  const side = field(record, SIDE);
  const outside = <u32>field(record, OUTSIDE);
  for (let i = 0; i < filled; i++) {
    const line = (first + i) / across;
    const top = (line % down) * TILE_SIDE - field(record, TOP);
    const left = ((first + i) % across) * TILE_SIDE - field(record, LEFT);
    const picture = field(record, BASE) + (line / down) * height * width * pixelBytes;
    for (let y = top; y < top + side; y++) {
      for (let x = left; x < left + side; x++) {
        const isInside = i < count && <u32>y < <u32>height && <u32>x < <u32>width;
        store<u32>(to, isInside ? <u32>(picture + (y * width + x) * pixelBytes) : outside);
        to += 4;
      }
    }
  }
}

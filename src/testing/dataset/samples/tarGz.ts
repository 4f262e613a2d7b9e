import type { FormatSample } from '../sample.ts';
import { sample as tar } from './tar.ts';

export const sample: FormatSample = { pack: async (files) => gzip(await tar.pack(files)) };

export function gzip(blob: Blob): Promise<Blob> {
  return new Response(blob.stream().pipeThrough(new CompressionStream('gzip'))).blob();
}

/** For the test of the scratch file, which is there in workers alone: does what it is told and says what came of it. */
import { openScratchFile, type ScratchFile, slotsThatFit } from '../../storage/scratchFile.ts';

export type ScratchOrder =
  | { readonly kind: 'fit'; readonly slotBytes: number; readonly wanted: number }
  | { readonly kind: 'open'; readonly slotLength: number; readonly wanted: number }
  | { readonly kind: 'write'; readonly slot: number; readonly values: Uint16Array<ArrayBuffer> }
  | { readonly kind: 'read'; readonly slot: number }
  | { readonly kind: 'close' };

let file: ScratchFile | null = null;

async function obey(order: ScratchOrder): Promise<unknown> {
  switch (order.kind) {
    case 'fit':
      return slotsThatFit(order.slotBytes, order.wanted);
    case 'open':
      file = await openScratchFile(order.slotLength, order.wanted);
      return file?.slotCount ?? null;
    case 'write':
      return file?.write(order.slot, order.values);
    case 'read':
      return file?.read(order.slot);
    case 'close':
      return file?.close();
  }
}

self.onmessage = async ({ data }: MessageEvent<ScratchOrder>) => {
  self.postMessage(await obey(data));
};

/** Whether this browser can decode a format at all: of a picture that it cannot show it must not be said that it is broken. */
import { MIME_TYPES, type PictureFormat } from '../../dataset/pictureFormats.ts';

/** Small pictures that are whole, of the formats that not every browser in use can decode; in Base64. */
const EXAMPLES: Partial<Record<PictureFormat, string>> = {
  avif: 'AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUIAAADrbWV0YQAAAAAAAAAhaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAAAAAAAOcGl0bQAAAAAAAQAAAB5pbG9jAAAAAEQAAAEAAQAAAAEAAAETAAAAZgAAAChpaW5mAAAAAAABAAAAGmluZmUCAAAAAAEAAGF2MDFDb2xvcgAAAABqaXBycAAAAEtpcGNvAAAAFGlzcGUAAAAAAAAAQAAAACAAAAAQcGl4aQAAAAADCAgIAAAADGF2MUOBAAwAAAAAE2NvbHJuY2x4AAEADQAGgAAAABdpcG1hAAAAAAAAAAEAAQQBAoMEAAAAbm1kYXQSAAoJGBU/+0QENBoQMlcTx4eGZQGGGH4QAAAI67JjaY0eS9FMXECzbIwur0eBELP6umTtbe/h+9xb4zqjPbCut3Z63xtIGCCjtka65XgODLrBbHO8SQUuXg/cCO22tA1I+nFjZeA=',
  webp: 'UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA',
};

const answers = new Map<PictureFormat, Promise<boolean>>();

async function tryExample(format: PictureFormat): Promise<boolean> {
  const example = EXAMPLES[format];
  if (example === undefined) return true;
  const bytes = Uint8Array.from(atob(example), (letter) => letter.charCodeAt(0));
  try {
    (await createImageBitmap(new Blob([bytes], { type: MIME_TYPES[format] }))).close();
    return true;
  } catch {
    // That is the answer.
    return false;
  }
}

/** Tried once a visit, with a picture that is whole. True for a format that every browser decodes, or that we decode ourselves. */
export function canDecode(format: PictureFormat): Promise<boolean> {
  const answer = answers.get(format) ?? tryExample(format);
  answers.set(format, answer);
  return answer;
}

import { packTar } from 'modern-tar';
import type { FormatSample } from '../sample.ts';

/** With an entry for a folder, as most packers write them. */
export const sample: FormatSample = {
  async pack(files) {
    const entries = Object.entries(files).map(([name, body]) => ({
      header: { name, size: new TextEncoder().encode(body).length, type: 'file' as const },
      body,
    }));
    return new Blob([await packTar([{ header: { name: 'cats/', size: 0, type: 'directory' } }, ...entries])]);
  },
};

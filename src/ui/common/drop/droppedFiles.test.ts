import { describe, expect, it, vi } from 'vitest';
import { filesOfDrop, filesOfInput } from './droppedFiles.ts';

describe('dropped files', () => {
  it('come in the same order whatever the disk says', () => {
    const files = ['img10.png', 'img2.png', 'img1.png'].map((name) => new File([], name));
    expect(filesOfInput(files).map(({ path }) => path)).toEqual(['img1.png', 'img2.png', 'img10.png']);
  });

  it('are kept when one beside them cannot be read', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    const denied = new DOMException('', 'NotReadableError');
    const file = (fullPath: string, isBroken = false) => ({
      isFile: true,
      fullPath,
      file: (resolve: (file: File) => void, reject: (error: unknown) => void) =>
        isBroken ? reject(denied) : resolve(new File([], fullPath)),
    });
    const folder = (fullPath: string, batches: unknown[][]) => ({
      isFile: false,
      fullPath,
      createReader: () => ({
        readEntries: (resolve: (batch: unknown[]) => void, reject: (error: unknown) => void) => {
          const batch = batches.shift();
          if (batch) resolve(batch);
          else reject(denied);
        },
      }),
    });
    const root = folder('/top', [
      [file('/top/b.png'), file('/top/gone.png', true), folder('/top/locked', [])],
      [file('/top/a.png')],
      [],
    ]);
    const items = [{ kind: 'file', webkitGetAsEntry: () => root }];
    const { entries, failed } = await filesOfDrop({ items } as unknown as DataTransfer);
    expect(entries.map(({ path }) => path)).toEqual(['top/a.png', 'top/b.png']);
    expect(failed).toEqual([
      { path: 'top/gone.png', reason: 'unreadable', details: {} },
      { path: 'top/locked', reason: 'unreadable', details: {} },
    ]);
    expect(warn).toHaveBeenCalledTimes(2);
    warn.mockRestore();
  });
});

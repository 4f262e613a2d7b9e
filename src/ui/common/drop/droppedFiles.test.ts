import { describe, expect, it, vi } from 'vitest';
import { filesOfDrop, filesOfInput } from './droppedFiles.ts';

describe('dropped files', () => {
  it('come in the same order whatever the disk says', () => {
    const files = ['img10.png', 'img2.png', 'img1.png'].map((name) => new File([], name));
    expect(filesOfInput(files).map(({ path }) => path)).toEqual(['img1.png', 'img2.png', 'img10.png']);
  });

  it('of a picked folder keep its folders', () => {
    const inFolder = (path: string) => {
      const file = new File([], path.slice(path.lastIndexOf('/') + 1));
      return Object.assign(file, { webkitRelativePath: path });
    };
    const files = ['pets/dogs/1.png', 'pets/cats/10.png', 'pets/cats/9.png'].map(inFolder);
    expect(filesOfInput(files)).toEqual([
      { path: 'pets/cats/9.png', file: files[2] },
      { path: 'pets/cats/10.png', file: files[1] },
      { path: 'pets/dogs/1.png', file: files[0] },
    ]);
  });

  it('come also from a browser that knows no folders, and without the text beside them', async () => {
    const file = new File(['x'], 'a.png');
    const items = [
      { kind: 'string', webkitGetAsEntry: () => null, getAsFile: () => null },
      { kind: 'file', webkitGetAsEntry: () => null, getAsFile: () => file },
      { kind: 'file', webkitGetAsEntry: () => null, getAsFile: () => null },
    ];
    expect(await filesOfDrop({ items } as unknown as DataTransfer)).toEqual({
      entries: [{ path: 'a.png', file }],
      failed: [],
    });
  });

  it('come from a browser that opens no folders, and a folder is named as such', async () => {
    const file = new File(['x'], 'a.png', { type: 'image/png' });
    const folder = new File([], 'cats');
    folder.slice = () =>
      ({ arrayBuffer: () => Promise.reject(new DOMException('', 'NotFoundError')) }) as Blob;
    const items = [file, folder].map((one) => ({ kind: 'file', getAsFile: () => one }));
    expect(await filesOfDrop({ items } as unknown as DataTransfer)).toEqual({
      entries: [{ path: 'a.png', file }],
      failed: [{ path: 'cats', reason: 'folderNotInThisBrowser', details: {} }],
    });
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

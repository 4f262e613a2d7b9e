import { describe, expect, it } from 'vitest';
import { areLoose, filesOfInput } from './droppedFiles.ts';

const entry = (path: string) => ({ path, file: new Blob() });

describe('dropped files', () => {
  it('are loose only without folders and archives', () => {
    expect(areLoose([entry('a.png'), entry('b.jpg')])).toBe(true);
    expect(areLoose([entry('a.png'), entry('cats/b.jpg')])).toBe(false);
    for (const archive of ['a.zip', 'a.TAR.GZ', 'a.tgz', 'a.tar']) {
      expect(areLoose([entry(archive)]), archive).toBe(false);
    }
    expect(areLoose([])).toBe(false);
  });

  it('come in the same order whatever the disk says', () => {
    const files = ['img10.png', 'img2.png', 'img1.png'].map((name) => new File([], name));
    expect(filesOfInput(files).map(({ path }) => path)).toEqual(['img1.png', 'img2.png', 'img10.png']);
  });
});

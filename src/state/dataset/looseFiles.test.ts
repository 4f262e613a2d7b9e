import { expect, it } from 'vitest';
import { areLoose } from './looseFiles.ts';

const entry = (path: string) => ({ path, file: new Blob() });

it('takes files for loose only without folders and archives', () => {
  expect(areLoose([entry('a.png'), entry('b.jpg')])).toBe(true);
  expect(areLoose([entry('a.png'), entry('cats/b.jpg')])).toBe(false);
  for (const archive of ['a.zip', 'a.TAR.GZ', 'a.tgz', 'a.tar', 'a.bin']) {
    expect(areLoose([entry(archive)]), archive).toBe(false);
  }
  expect(areLoose([])).toBe(false);
});

import { describe, expect, it } from 'vitest';
import { isSystemPath, readLayout } from './layout.ts';

/** Each line: path → `class`, `split:class`, `-` (no class), `split:-`, or `ignored`. */
function read(paths: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    readLayout(paths).map(({ className, split, ignore }, index) => [
      paths[index],
      ignore ? 'ignored' : `${split ? `${split}:` : ''}${className ?? '-'}`,
    ]),
  );
}

const LAYOUTS: Record<string, Record<string, string>> = {
  'classes in one dropped folder': { 'data/cat/1.jpg': 'cat', 'data/dog/2.jpg': 'dog' },
  'several class folders side by side': { 'cat/1.jpg': 'cat', 'dog/2.jpg': 'dog' },
  'one class folder alone': { 'cats/1.jpg': 'cats', 'cats/2.jpg': 'cats' },
  'one class folder in wrapping folders': { 'a/b/cats/1.jpg': 'cats', 'a/b/cats/2.jpg': 'cats' },
  'one class in one wrapping folder': { 'data/cat/1.jpg': 'cat' },
  'nested wrapping folders': { 'a/b/c/cat/1.jpg': 'cat', 'a/b/c/dog/1.jpg': 'dog' },
  'an archive as wrapping folder': {
    'dataset.zip/dataset/cat/1.jpg': 'cat',
    'dataset.zip/dataset/dog/1.jpg': 'dog',
  },
  'loose files': { '1.jpg': '-', '2.png': '-' },
  'loose files beside a dropped data set': { 'x.jpg': '-', 'data/cat/1.jpg': 'cat', 'data/dog/1.jpg': 'dog' },
  'loose files beside one class': { 'x.jpg': '-', 'cat/1.jpg': 'cat' },
  'a stray picture in the wrapping folder': {
    'data/logo.png': '-',
    'data/cat/1.jpg': 'cat',
    'data/dog/1.jpg': 'dog',
  },
  'a class with a sub-folder': { 'cats/1.jpg': 'cats', 'cats/kittens/2.jpg': 'cats' },
  'classes with sub-folders': {
    'data/cat/a/1.jpg': 'cat',
    'data/cat/b/deep/2.jpg': 'cat',
    'data/dog/3.jpg': 'dog',
  },
  splits: {
    'data/train/cat/1.jpg': 'train:cat',
    'data/validation/cat/2.jpg': 'validation:cat',
    'data/test/dog/3.jpg': 'test:dog',
  },
  'other names for splits, in any case': {
    'Train/cat/1.jpg': 'train:cat',
    'VAL/cat/2.jpg': 'validation:cat',
    'Testing/cat/3.jpg': 'test:cat',
    'dev/cat/4.jpg': 'validation:cat',
    'valid/cat/5.jpg': 'validation:cat',
  },
  'one split alone': { 'train/cat/1.jpg': 'train:cat', 'train/dog/1.jpg': 'train:dog' },
  'one split with one class': { 'data/train/cat/1.jpg': 'train:cat' },
  'classes nested below a split': {
    'train/n01/images/1.jpg': 'train:n01',
    'train/n02/images/2.jpg': 'train:n02',
    'test/n01/3.jpg': 'test:n01',
  },
  'a loose picture in a split': {
    'train/1.jpg': 'train:-',
    'train/cat/2.jpg': 'train:cat',
    'test/cat/3.jpg': 'test:cat',
  },
  'splits without classes': { 'train/1.jpg': 'train:-', 'test/2.jpg': 'test:-' },
  'a class that is called test': { 'test/1.jpg': 'test', 'real/2.jpg': 'real' },
  'a class called test, alone': { 'test/1.jpg': 'test' },
  'a class inside which is a folder called train': { 'cat/train/1.jpg': 'cat', 'dog/train/2.jpg': 'dog' },
  'archives that hold a folder of their own name': {
    'train/train/cat/1.jpg': 'train:cat',
    'train/train/dog/2.jpg': 'train:dog',
    'test/test/cat/3.jpg': 'test:cat',
  },
  'two data sets with splits side by side': {
    'first/train/cat/1.jpg': 'train:cat',
    'first/test/cat/2.jpg': 'test:cat',
    'second/train/dog/3.jpg': 'train:dog',
  },
  'a class folder beside splits': { 'data/train/cat/1.jpg': 'train:cat', 'data/dog/2.jpg': 'dog' },
  'texts beside the classes': {
    'data/README.md': '-',
    'data/labels.csv': '-',
    'data/cat/1.jpg': 'cat',
    'data/cat/about.txt': 'cat',
  },
  'a folder of texts beside the wrapping folder': {
    'docs/a.pdf': '-',
    'data/cat/1.jpg': 'cat',
    'data/dog/1.jpg': 'dog',
  },
  'system files': {
    '.DS_Store': 'ignored',
    'data/.hidden/x.jpg': 'ignored',
    'data/__MACOSX/cat/._1.jpg': 'ignored',
    'data/cat/Thumbs.db': 'ignored',
    'data/cat/DESKTOP.INI': 'ignored',
    'data/empty/.keep': 'ignored',
    'data/cat/1.jpg': 'cat',
    'data/dog/1.jpg': 'dog',
  },
  'a wrapping folder next to what macOS adds': {
    '__MACOSX/data/cat/._1.jpg': 'ignored',
    'data/cat/1.jpg': 'cat',
    'data/dog/1.jpg': 'dog',
  },
  'paths of archives': {
    './cat/1.jpg': 'cat',
    './dog/1.jpg': 'dog',
    '/dog//2.jpg': 'dog',
    '../up/1.jpg': '..',
  },
  'names that look like HTML or like other scripts': {
    'awkward/dogs & <b>wolves<b>/1.png': 'dogs & <b>wolves<b>',
    'awkward/空/1.png': '空',
  },
  'names of object properties': { 'constructor/1.png': 'constructor', '__proto__/1.png': '__proto__' },
};

describe('readLayout', () => {
  for (const [name, expected] of Object.entries(LAYOUTS)) {
    it(name, () => {
      expect(Object.entries(read(Object.keys(expected)))).toEqual(Object.entries(expected));
    });
  }

  it('joins names that differ in Unicode form or in blanks around them', () => {
    const [first, second] = readLayout(['Cafe\u0301/1.jpg', ' Caf\u00e9 /2.jpg']);
    expect(first?.className).toBe('Caf\u00e9');
    expect(second?.className).toBe('Caf\u00e9');
  });

  it('reads 100,000 paths', () => {
    const paths = Array.from({ length: 100_000 }, (_, i) => `data/train/class ${i % 100}/${i}.jpg`);
    expect(readLayout(paths)[99_999]).toEqual({ className: 'class 99', split: 'train', ignore: false });
  });
});

describe('isSystemPath', () => {
  it('knows text from hidden', () => {
    expect(isSystemPath('a/../b.jpg')).toBe(false);
    expect(isSystemPath('a/..b.jpg')).toBe(true);
    expect(isSystemPath('./a.jpg')).toBe(false);
    expect(isSystemPath('folder/')).toBe(false);
    expect(isSystemPath('')).toBe(true);
  });
});

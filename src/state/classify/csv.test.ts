import { describe, expect, it } from 'vitest';
import { csvCell, toCsv } from './csv.ts';

describe('csvCell', () => {
  it.each([
    ['cat.jpg', 'cat.jpg'],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two\nlines"'],
    ['=1+1', "'=1+1"],
    ['@cmd', "'@cmd"],
    ['-2', "'-2"],
    ['=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'],
  ])('%j becomes %j', (text, cell) => expect(csvCell(text)).toBe(cell));
});

it('writes one line a file and leaves missing ranks empty', () => {
  const csv = toCsv([{ file: 'a.jpg', top: [{ label: 'cat', probability: 0.75 }] }], 2);
  expect(csv).toBe('\uFEFFfile,label_1,probability_1,label_2,probability_2\r\na.jpg,cat,0.750000,,\r\n');
});

import { describe, expect, it } from 'vitest';
import { seedFor } from './chance.ts';
import { countLost, toFaultTable } from './faultTable.ts';
import { Tally, toKind } from './tally.ts';

describe('what the page says', () => {
  it('is one sentence where only figures and names differ', () => {
    expect(toKind('“cats” has only 1,023 pictures.')).toBe(toKind('“dogs” has  only 7 pictures.'));
    expect(toKind('It is full.')).not.toBe(toKind('It is gone.'));
  });

  it('counts once a try, and not where it says that all is well', () => {
    const tally = new Tally();
    tally.hear([
      'It is full.',
      'It is full.',
      '42 pictures added.',
      'Worth knowing The test has only 3 pictures.',
    ]);
    tally.hear(['It is full.', 'It is gone.']);
    expect(tally.words).toEqual([
      { sentence: 'It is full.', times: 2 },
      { sentence: 'It is gone.', times: 1 },
    ]);
  });
});

describe('the table', () => {
  const tally = new Tally();
  tally.tried = 3;
  tally.lose('try 2: gone');
  tally.hear(['Full | really.']);
  tally.note('10 s');
  const row = { fault: { id: 'quota', title: 'quota full' }, tally, seconds: 12.4 };

  it('has a row a fault, and its losses, words and figures below', () => {
    expect(toFaultTable([row])).toEqual([
      '| fault | tried | lost | words | seconds |',
      '| --- | --- | --- | --- | --- |',
      '| quota full | 3 | 1 | Full \\| really. (1 ×) | 12 |',
      '',
      'quota: lost',
      '  - try 2: gone',
      '',
      'quota: said',
      '  - 1 × Full | really.',
      '',
      'quota: measured',
      '  - 10 s',
    ]);
  });

  it('counts what was lost in all rows', () => {
    expect(countLost([row, row])).toBe(2);
    expect(countLost([])).toBe(0);
  });
});

it('a row has a seed of its own, and the same one every time', () => {
  expect(seedFor(1, 'quota')).toBe(seedFor(1, 'quota'));
  expect(seedFor(1, 'quota')).not.toBe(seedFor(1, 'shards'));
  expect(seedFor(1, 'quota')).not.toBe(seedFor(2, 'quota'));
});

import { expect, it } from 'vitest';
import { toTable } from './outcomes.ts';

it('is a table that reads well as it is and in Markdown', () => {
  const outcomes = [
    { title: 'firefox', check: 'trains', isRight: true, seconds: 12.4, said: '97.7 %' },
    {
      title: 'webkit',
      check: 'is there after a reload',
      isRight: false,
      seconds: 3,
      said: 'no\ntable | none',
    },
  ];
  expect(toTable(outcomes)).toBe(
    [
      '| browser | check                   | works | time | figure           |',
      '| ------- | ----------------------- | ----- | ---- | ---------------- |',
      '| firefox | trains                  | yes   | 12 s | 97.7 %           |',
      '| webkit  | is there after a reload | NO    | 3 s  | no table \\| none |',
    ].join('\n'),
  );
});

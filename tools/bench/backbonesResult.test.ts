import { describe, expect, it } from 'vitest';
import { backbone as RESNET50 } from '../../src/network/backbones/resnet50/backbone.ts';
import {
  CAFFE_PREPROCESSING,
  conv,
  dense,
  globalAvgPool,
  imageInput,
} from '../../src/network/nodeBuilders.ts';
import { gigaMultiplyAdds, toBackbonesTable, toRows } from './backbonesResult.ts';

describe('the multiply-adds of a picture', () => {
  it('are those of convolutions, by their groups, and of dense layers', () => {
    const nodes = [
      imageInput('in', 10, CAFFE_PREPROCESSING),
      conv('c', 'in', 6, 3, { groups: 3 }),
      globalAvgPool('mean', 'c'),
      dense('fc', 'mean', 5),
    ];
    expect(gigaMultiplyAdds(nodes) * 1e9).toBeCloseTo(8 * 8 * 6 * 9 + 6 * 5);
  });

  it('of ResNet50 with the stride on its 1×1 are 3.86 · 10⁹', () => {
    expect(gigaMultiplyAdds(RESNET50.buildNodes())).toBeCloseTo(3.858, 2);
  });
});

describe('the rows', () => {
  const times = [
    { id: 'base', arithmetic: 'int8', gigaMultiplyAdds: 4, msPerPicture: 40 },
    { id: 'other', arithmetic: 'int8', gigaMultiplyAdds: 2, msPerPicture: 26 },
    { id: 'other', arithmetic: 'float32', gigaMultiplyAdds: 2, msPerPicture: 50 },
  ] as const;

  it('are held to the baseline in the same arithmetic, where there is one', () => {
    expect(toRows(times, 'base').map(({ msPerGiga, ratio }) => [msPerGiga, ratio])).toEqual([
      [10, 1],
      [13, 1.3],
      [25, null],
    ]);
  });

  it('make a table', () => {
    const lines = toBackbonesTable(toRows(times, 'base'), 'base').split('\n');
    expect(lines[0]).toMatch(/^backbone +arithmetic +GMAC +ms a picture +ms a GMAC +to base$/);
    expect(lines[2]).toMatch(/^other +int8 +2\.000 +26\.0 +13\.0 +1\.30$/);
  });
});

import { describe, expect, it } from 'vitest';
import { conv, padAll } from '../../../../network/nodeBuilders.ts';
import { fastestAlgorithm } from './winograd.ts';

describe('the fastest algorithm', () => {
  const choose = (sidePx: number, channels: number, filters: number, kernel = 3, stride = 1) => {
    const node = conv('conv', 'in', filters, kernel, { stride, padding: padAll((kernel - 1) / 2) });
    return fastestAlgorithm({ node, channels, height: sidePx, width: sidePx });
  };

  it.each([
    [56, 64],
    [28, 128],
    [14, 256],
    [7, 512],
  ])("is Winograd's for ResNet50's 3×3 convolutions of %i×%i", (sidePx, channels) => {
    expect(choose(sidePx, channels, channels)).toBe('winograd');
  });

  it('is the direct one for a picture, for small maps and for few channels', () => {
    expect(choose(224, 3, 64)).toBe('direct');
    expect(choose(6, 512, 512)).toBe('direct');
    expect(choose(28, 8, 64)).toBe('direct');
    expect(choose(28, 64, 8)).toBe('direct');
  });

  it('is the direct one for other kernels and strides', () => {
    expect(choose(28, 128, 128, 5)).toBe('direct');
    expect(choose(28, 128, 128, 1)).toBe('direct');
    expect(choose(28, 128, 128, 3, 2)).toBe('direct');
  });
});

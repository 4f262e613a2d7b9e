import { describe, expect, it } from 'vitest';
import { formatBytes, formatDuration, formatPercent } from './formatValue.ts';

describe('format', () => {
  it('bytes', () => {
    expect(formatBytes(0, 'en')).toBe('0 bytes');
    expect(formatBytes(999, 'en')).toBe('999 bytes');
    expect(formatBytes(1500, 'en')).toBe('1.5 kB');
    expect(formatBytes(51_240_000, 'en')).toBe('51.2 MB');
    expect(formatBytes(512_400_000, 'en')).toBe('512 MB');
    expect(formatBytes(2e15, 'en')).toBe('2,000 TB');
  });

  it('durations keep two units at most', () => {
    expect(formatDuration(-5, 'en')).toBe('0 ms');
    expect(formatDuration(350, 'en')).toBe('350 ms');
    expect(formatDuration(1500, 'en')).toBe('1.5 sec');
    expect(formatDuration(59_700, 'en')).toBe('1 min');
    expect(formatDuration(80_000, 'en')).toBe('1 min 20 sec');
    expect(formatDuration(3_900_000, 'en')).toBe('1 hr 5 min');
    expect(formatDuration(80_000, 'zh-CN')).toContain('1');
  });

  it('percent', () => {
    expect(formatPercent(0.8765, 'en')).toBe('87.7%');
  });
});

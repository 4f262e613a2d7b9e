import { afterEach, describe, expect, it, vi } from 'vitest';
import { catchDownloads } from '../../testing/page/downloads.ts';
import { downloadFile } from './download.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a file for the downloads', () => {
  it('is handed over whole and under its name, and leaves no link on the page', async () => {
    const links = document.links.length;
    const [caught, ...others] = await catchDownloads(() =>
      downloadFile(new Blob(['猫,0.5\n'], { type: 'text/csv' }), '猫 1.csv'),
    );
    expect(others).toEqual([]);
    expect(caught?.fileName).toBe('猫 1.csv');
    expect(caught?.file.type).toBe('text/csv');
    expect(await caught?.file.text()).toBe('猫,0.5\n');
    expect(document.links.length).toBe(links);
  });

  it('can be read until the browser has begun, and is let go after that', async () => {
    vi.useFakeTimers();
    const revoke = vi.spyOn(URL, 'revokeObjectURL');
    const [caught] = await catchDownloads(() => downloadFile(new Blob(['x']), 'x.txt'));
    const address = caught?.address ?? '';
    vi.advanceTimersByTime(30_000);
    expect(await (await fetch(address)).text()).toBe('x');
    expect(revoke).not.toHaveBeenCalled();
    vi.advanceTimersByTime(60_000);
    expect(revoke).toHaveBeenCalledExactlyOnceWith(address);
    await expect(fetch(address)).rejects.toThrow(TypeError);
  });
});

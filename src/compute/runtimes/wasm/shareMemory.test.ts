import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { canShareMemory } from './shareMemory.ts';

beforeEach(() => vi.stubGlobal('crossOriginIsolated', true));
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test('memory that arrives can be shared', async () => {
  expect(await canShareMemory()).toBe(true);
});

test('memory that can be made but not sent cannot be shared, and that is no error', async () => {
  vi.spyOn(console, 'warn').mockReturnValue(undefined);
  // As an engine without SharedArrayBuffer does.
  vi.spyOn(MessagePort.prototype, 'postMessage').mockImplementation(() => {
    throw new DOMException('The object can not be cloned.', 'DataCloneError');
  });
  expect(await canShareMemory()).toBe(false);
  expect(console.warn).toHaveBeenCalledOnce();
});

test('where there are not addresses enough it cannot be shared', async () => {
  vi.spyOn(console, 'warn').mockReturnValue(undefined);
  vi.spyOn(WebAssembly, 'Memory').mockImplementation(() => {
    throw new RangeError('could not allocate memory');
  });
  expect(await canShareMemory()).toBe(false);
});

test('a page that is not isolated does not even try', async () => {
  vi.stubGlobal('crossOriginIsolated', false);
  const post = vi.spyOn(MessagePort.prototype, 'postMessage');
  expect(await canShareMemory()).toBe(false);
  expect(post).not.toHaveBeenCalled();
});

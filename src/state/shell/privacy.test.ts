/** What a download left behind in the count: one request that was asked for, and the hosts it came from. */
import { expect, it } from 'vitest';
import { countDownload, noteLedOn, privacyStore } from './privacy.ts';

it('a download counts once, and the host that it was led on to is named', () => {
  const asked = 'https://huggingface.co/a/resolve/main/model.safetensors';
  countDownload(asked);
  noteLedOn(asked, 'https://cas-bridge.xethub.hf.co/abc?signature=1');
  noteLedOn(asked, 'https://huggingface.co/a/resolve/cache/model.safetensors');
  noteLedOn(asked, '');
  const { events, downloads, ledOnTo } = privacyStore.getState();
  expect(events).toHaveLength(1);
  expect(downloads).toBe(1);
  expect(ledOnTo).toEqual(['cas-bridge.xethub.hf.co']);
});

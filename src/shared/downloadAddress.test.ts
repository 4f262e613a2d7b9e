/** Exactly the address that was asked for: no text can put anything else into the policy. */
import { describe, expect, it } from 'vitest';
import {
  type AddressProblem,
  type DownloadAddress,
  hostsBehind,
  pinnedPolicy,
  readDownloadAddress,
} from './downloadAddress.ts';

function addressOf(text: string): DownloadAddress {
  const address = readDownloadAddress(text);
  if (typeof address === 'string') throw new Error(`${text}: ${address}`);
  return address;
}
const connectSource = (text: string) =>
  pinnedPolicy(addressOf(text)).replace("default-src 'none'; connect-src ", '');

describe('an address', () => {
  it.each<readonly [string, AddressProblem]>([
    ['', 'noAddress'],
    ['resnet18.pth', 'noAddress'],
    ['http://example.org/a.pth', 'notHttps'],
    ['http://localhost.example.org/a.pth', 'notHttps'],
    ['http://127.0.0.1.example.org/a.pth', 'notHttps'],
    ['ftp://example.org/a.pth', 'notHttps'],
    ['javascript:alert(1)//a.pth', 'notHttps'],
    ['data:text/plain,a', 'notHttps'],
    ['blob:https://example.org/a', 'notHttps'],
    ['https://somebody:secret@example.org/a.pth', 'credentials'],
    ['https://somebody@example.org/a.pth', 'credentials'],
    ['https://[::1]/a.pth', 'host'],
    ['https://*.org/a.pth', 'host'],
    ["https://'self'/a.pth", 'host'],
    ['https://a;b/a.pth', 'host'],
    ['https://example.org', 'noFile'],
    ['https://example.org/models/', 'noFile'],
    ['https://example.org/?file=a.pth', 'noFile'],
    ['https://example.org/models%2F', 'noFile'],
    ['https://example.org/models%2f?file=a.pth', 'noFile'],
    [`https://example.org/a.pth?${'x'.repeat(2000)}`, 'tooLong'],
  ])('%s is refused: %s', (text, problem) => {
    expect(readDownloadAddress(text)).toBe(problem);
  });

  it.each([
    [' https://example.org/a.pth\n', 'https://example.org/a.pth', 'example.org', 'a.pth'],
    ['HTTPS://Example.org:443/a.pth#part', 'https://example.org/a.pth', 'example.org', 'a.pth'],
    [
      'https://example.org:8443/b/a.pth?x=1',
      'https://example.org:8443/b/a.pth?x=1',
      'example.org:8443',
      'a.pth',
    ],
    ['http://localhost:3000/a.pth', 'http://localhost:3000/a.pth', 'localhost:3000', 'a.pth'],
    ['http://127.0.0.1/a.pth', 'http://127.0.0.1/a.pth', '127.0.0.1', 'a.pth'],
    [
      'https://bücher.example/%E7%BD%91.pth',
      'https://xn--bcher-kva.example/%E7%BD%91.pth',
      'xn--bcher-kva.example',
      '网.pth',
    ],
    ['https://example.org/50%.pth', 'https://example.org/50%.pth', 'example.org', '50%.pth'],
  ])('%j is taken', (text, url, host, fileName) => {
    expect(readDownloadAddress(text)).toEqual({ url, host, fileName });
  });
});

describe('the policy', () => {
  it('names scheme, host, port and path, and forbids all else', () => {
    expect(pinnedPolicy(addressOf('https://example.org/models/resnet18-f37072fd.pth'))).toBe(
      "default-src 'none'; connect-src https://example.org/models/resnet18-f37072fd.pth",
    );
    expect(connectSource('http://localhost:3000/a.pth')).toBe('http://localhost:3000/a.pth');
  });

  it.each([
    ["https://example.org/a' 'self'", 'https://example.org/a%27%20%27self%27'],
    ['https://example.org/a; connect-src *', 'https://example.org/a%3B%20connect-src%20%2A'],
    ['https://example.org/a,default-src *', 'https://example.org/a%2Cdefault-src%20%2A'],
    ['https://example.org/a"><script>', 'https://example.org/a%22%3E%3Cscript%3E'],
    ['https://example.org/a\t\n*', 'https://example.org/a%2A'],
    ['https://example.org/网络.pth', 'https://example.org/%E7%BD%91%E7%BB%9C.pth'],
    ['https://example.org/a%3B%20*', 'https://example.org/a%3B%20%2A'],
    ['https://example.org/50%.pth', 'https://example.org/50%25.pth'],
    ['https://example.org/a?b; connect-src *', 'https://example.org/a'],
    ['https://example.org/a\\..\\b', 'https://example.org/b'],
  ])('%j stays one address in it', (text, source) => {
    expect(connectSource(text)).toBe(source);
  });

  it('lets a hub lead on to the hosts of its files, and nobody else', () => {
    expect(connectSource('https://huggingface.co/timm/resnet18.a1_in1k/resolve/main/model.safetensors')).toBe(
      'https://huggingface.co/timm/resnet18.a1_in1k/resolve/main/model.safetensors https://*.hf.co https://*.huggingface.co',
    );
    for (const other of [
      'https://huggingface.co.example.org/a',
      'https://huggingface.co:8443/a',
      'https://constructor/a',
    ])
      expect(hostsBehind(addressOf(other))).toEqual([]);
  });
});

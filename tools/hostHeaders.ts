/**
 * The response headers that the app is best served with. The policy of the page stands in index.html and nowhere else, that
 * of the frame that downloads in src/shared/downloadFrame.ts.
 */
import { DOWNLOAD_HEADER, DOWNLOAD_PAGE } from '../src/shared/downloadFrame.ts';

/** The policy in the page's own meta element; null if it has none. */
export function readContentPolicy(html: string): string | null {
  return /<meta\s+http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(html)?.[1] ?? null;
}

/**
 * Header names and values for every file of the app whose index.html is `html`, but for the one that `headersOf` knows.
 * As a header the policy also reaches the service worker, which has none otherwise, and may forbid frames. A page without a
 * policy, as the tools' own pages are, gets the others.
 */
export function hostHeaders(html: string): Readonly<Record<string, string>> {
  const policy = readContentPolicy(html);
  return {
    ...(policy === null ? {} : { 'Content-Security-Policy': `${policy}; frame-ancestors 'none'` }),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Permissions-Policy': 'camera=(self), microphone=(), geolocation=()',
  };
}

/** The same for `path`, which may lie anywhere: one file has a policy of its own. */
export function headersOf(path: string, html: string): Readonly<Record<string, string>> {
  const headers = hostHeaders(html);
  return path.endsWith(`/${DOWNLOAD_PAGE}`)
    ? { ...headers, 'Content-Security-Policy': DOWNLOAD_HEADER }
    : headers;
}

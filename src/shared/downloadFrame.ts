/** The frame that downloads, as both sides know it: where it lies, its policy, and what is said to it and by it. */

/** Beside index.html. */
export const DOWNLOAD_PAGE = 'download.html';

/**
 * Its policy before anybody has pressed its button: it may ask anywhere, runs one script of its own and shows nothing else.
 * `data:` is how it finds out that the narrower policy holds which it puts over itself then.
 * @param script the sources of its script @param style of its style
 */
export function downloadPolicy(script: string, style: string): string {
  return [
    "default-src 'none'",
    `script-src ${script}`,
    `style-src ${style}`,
    'connect-src data: https: http://localhost:* http://127.0.0.1:*',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/**
 * The same as a header, with the two things that no meta element can say: an origin of its own, so that nobody can reach
 * into it, and frames of its own site alone. The hashes of script and style are in the page, so that this stays as it is.
 */
export const DOWNLOAD_HEADER = `sandbox allow-scripts; ${downloadPolicy("'unsafe-inline'", "'unsafe-inline'")}; frame-ancestors 'self'`;

/** What a frame says once, when it listens. */
export const FRAME_READY = 'download-frame-ready';

/** Page to frame, with the port that all answers go through. A frame takes one. */
export interface FrameOffer {
  readonly url: string;
  /** Of the words that it has, those of this language. */
  readonly lang: string;
  readonly colorScheme: 'light' | 'dark';
}

export const DOWNLOAD_FAILURES = [
  'policy', // the browser or the host does not arrange the policy
  'unreachable', // no answer, or one that other sites may not read
  'leadsElsewhere', // to a host that was not asked for
  'status', // an answer that is no file
  'cutOff',
  'tooLarge',
] as const;
export type DownloadFailure = (typeof DOWNLOAD_FAILURES)[number];

/** Frame to page. */
export type FrameMessage =
  | { readonly kind: 'shown'; readonly heightPx: number }
  /** The person has pressed, the policy holds, and now it asks. */
  | { readonly kind: 'started' }
  /** `totalBytes` null: the server does not say. `url`: where the file came from in the end. */
  | { readonly kind: 'answered'; readonly totalBytes: number | null; readonly url: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly failure: DownloadFailure; readonly status: number };

/** No weights of a network that fits here are nearly as large. */
export const MOST_DOWNLOAD_BYTES = 2 * 1024 ** 3;

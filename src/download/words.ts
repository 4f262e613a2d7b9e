/**
 * What the frame that downloads says. Here and not in src/i18n/, since whoever puts the frame on a page may choose among these
 * words and give it no others: a button that says something else is a trap.
 */
interface FrameWords {
  /** On the button. */
  start(host: string): string;
  /** When button or address cannot be seen in full. */
  readonly covered: string;
}

const ENGLISH: FrameWords = {
  start: (host) => `Download from ${host}`,
  covered: 'The button works once it and the address are in full view and nothing lies over them.',
};

export const FRAME_WORDS: ReadonlyMap<string, FrameWords> = new Map([
  ['en', ENGLISH],
  [
    'zh-CN',
    {
      start: (host) => `从 ${host} 下载`,
      covered: '按钮和地址完整显示且没有被遮住时，才能下载。',
    },
  ],
]);

/** Those of that language; English for one that there is not. */
export function frameWordsOf(lang: string): FrameWords {
  return FRAME_WORDS.get(lang) ?? ENGLISH;
}

/**
 * What may be asked for as one download, and the policy that lets exactly that through. The page checks with it what a person
 * typed; the frame that downloads (src/download/frame.ts) trusts nobody and checks again.
 */

export interface DownloadAddress {
  /** As it is asked for: normalised, without a fragment. */
  readonly url: string;
  readonly host: string;
  /** Last part of the path, decoded. */
  readonly fileName: string;
}

export const ADDRESS_PROBLEMS = [
  'noAddress',
  'notHttps',
  'credentials',
  'noFile',
  'host',
  'tooLong',
] as const;
export type AddressProblem = (typeof ADDRESS_PROBLEMS)[number];

/** Addresses of files are shorter; a picture that somebody hides in one is not. */
export const MOST_ADDRESS_CHARACTERS = 2000;
/** Some browsers compare paths decoded: either would stand for everything below. */
const ENDS_WITH_SLASH = /(\/|%2F)$/i;

/** What begins there never leaves the machine, so that it needs no encryption. */
const OWN_MACHINE = /^(localhost|127\.0\.0\.1)$/;
/** What a source expression of a policy can name; no address in brackets, no port of its own. */
const PLAIN_HOST = /^[a-z0-9-]+(\.[a-z0-9-]+)*$/;
/** Characters of a path that mean nothing in a policy. All others are written as their bytes, which a policy compares alike. */
const MEANS_SOMETHING = /%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~/%]/g;

/**
 * Hosts that hand out their files from other ones of their own, and which those are. Browsers do not tell where an address
 * leads on to, so it has to be known before. Source: https://huggingface.co/.well-known/meta.json
 */
const LEADS_ON: ReadonlyMap<string, readonly string[]> = new Map([
  ['huggingface.co', ['*.hf.co', '*.huggingface.co']],
  ['hf.co', ['huggingface.co', '*.hf.co', '*.huggingface.co']],
]);

function nameOfFile(pathname: string): string {
  const last = pathname.slice(pathname.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(last);
  } catch {
    // A percent sign that encodes nothing.
    return last;
  }
}

/** @returns the address of one file, or what keeps it from being one */
export function readDownloadAddress(text: string): DownloadAddress | AddressProblem {
  const trimmed = text.trim();
  if (!URL.canParse(trimmed)) return 'noAddress';
  const url = new URL(trimmed);
  const isOwnMachine = OWN_MACHINE.test(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isOwnMachine)) return 'notHttps';
  if (url.username !== '' || url.password !== '') return 'credentials';
  if (!PLAIN_HOST.test(url.hostname)) return 'host';
  if (ENDS_WITH_SLASH.test(url.pathname)) return 'noFile';
  url.hash = '';
  if (url.href.length > MOST_ADDRESS_CHARACTERS) return 'tooLong';
  return { url: url.href, host: url.host, fileName: nameOfFile(url.pathname) };
}

/** Hosts that a file of that host comes from in the end, as a policy writes them; none for most. */
export function hostsBehind({ url }: DownloadAddress): readonly string[] {
  const { hostname, port } = new URL(url);
  return port === '' ? (LEADS_ON.get(hostname) ?? []) : [];
}

/** An http(s) address as one source of a policy, whatever is in its path; without what stands behind a question mark. */
export function sourceOf(address: string): string {
  const { protocol, host, pathname } = new URL(address);
  const path = pathname.replace(MEANS_SOMETHING, (character) =>
    [...new TextEncoder().encode(character)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
  return `${protocol}//${host}${path}`;
}

/**
 * The policy under which that address can be asked for and nothing else: scheme, host, port and path, and the hosts that it
 * is known to lead on to. A policy cannot name what stands behind a question mark.
 */
export function pinnedPolicy(address: DownloadAddress): string {
  const behind = hostsBehind(address).map((one) => ` https://${one}`);
  return `default-src 'none'; connect-src ${sourceOf(address.url)}${behind.join('')}`;
}

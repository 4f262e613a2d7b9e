/** Watches for requests to other addresses in whatever runs this: the page, or a worker, which hands on what it sees. */

/** Something wanted an address elsewhere. Entries of scripts come even where the policy has refused them. */
export interface OutsideEvent {
  readonly kind: 'asked' | 'refused';
  /** Whole address; `eval` and the like for text that was to run as code. */
  readonly address: string;
  readonly isScript: boolean;
}

/** A message from a worker that carries one; every other message has other keys. */
export interface OutsideMessage {
  readonly outside: OutsideEvent;
}

export function isOutsideMessage(data: unknown): data is OutsideMessage {
  return typeof data === 'object' && data !== null && 'outside' in data;
}

function isElsewhere(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, origin } = new URL(address);
  return /^(https?|wss?):$/.test(protocol) && origin !== globalThis.origin;
}

/**
 * Reports each request to another origin and each refusal of the security policy, from the first on.
 * A browser that lacks one of the two ways to see them reports what the other shows.
 */
export function watchOutside(report: (event: OutsideEvent) => void): void {
  if ('PerformanceObserver' in globalThis) {
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        if (!isElsewhere(entry.name)) continue;
        const { initiatorType } = entry as PerformanceResourceTiming;
        report({ kind: 'asked', address: entry.name, isScript: /^(script|other)$/.test(initiatorType) });
      }
    });
    observer.observe({ type: 'resource', buffered: true });
  }
  globalThis.addEventListener('securitypolicyviolation', (event) => {
    const { blockedURI, effectiveDirective } = event as SecurityPolicyViolationEvent;
    report({ kind: 'refused', address: blockedURI, isScript: effectiveDirective.startsWith('script-src') });
  });
}

export interface OutsideCounts {
  /** Left this origin. */
  readonly left: number;
  /** Refused by the browser. */
  readonly refused: number;
  /** Hosts of those that left, each once. */
  readonly hosts: readonly string[];
}

/**
 * What the events come to. A script's request that was refused may have an entry all the same and has not left.
 * @param seen addresses elsewhere that a service worker saw: a second witness of the same requests
 */
export function countOutside(events: readonly OutsideEvent[], seen: readonly string[]): OutsideCounts {
  const refused = events.filter(({ kind }) => kind === 'refused');
  const refusedScripts = new Set(refused.filter(({ isScript }) => isScript).map(({ address }) => address));
  const asked = events.filter(
    ({ kind, isScript, address }) => kind === 'asked' && !(isScript && refusedScripts.has(address)),
  );
  const addresses = [...asked.map(({ address }) => address), ...seen];
  return {
    left: Math.max(asked.length, seen.length),
    refused: refused.length,
    hosts: [...new Set(addresses.map((address) => new URL(address).host))].sort(),
  };
}

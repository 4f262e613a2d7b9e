/** Whether a person can see what they would press: a frame knows neither what lies over it nor how much of it is shown. */

/** Long enough to notice what has come under the pointer. */
const SEEN_MS = 500;
/** The least that browsers take. */
const DELAY_MS = 100;
/** Of a side that ends between two pixels, all cannot be seen. */
const MOST_OF_IT = 0.9;

/**
 * Tells when all of the elements have been in view for a while, uncovered, undistorted and not transparent, and when they
 * are no longer. A browser that cannot tell counts them as seen after that while.
 * @returns ends it
 */
export function watchSeen(elements: readonly Element[], tell: (areSeen: boolean) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wereSeen = false;
  const decide = (areSeen: boolean) => {
    if (areSeen === wereSeen) return;
    wereSeen = areSeen;
    clearTimeout(timer);
    if (areSeen) timer = setTimeout(() => tell(true), SEEN_MS);
    else tell(false);
  };
  if (!('isVisible' in IntersectionObserverEntry.prototype)) {
    decide(true);
    return () => clearTimeout(timer);
  }
  const seen = new Set<Element>();
  const note = (entries: readonly IntersectionObserverEntry[]) => {
    for (const { target, isVisible } of entries as readonly (IntersectionObserverEntry & {
      readonly isVisible: boolean;
    })[]) {
      if (isVisible) seen.add(target);
      else seen.delete(target);
    }
    decide(seen.size === elements.length);
  };
  const options = { threshold: MOST_OF_IT, trackVisibility: true, delay: DELAY_MS };
  const observer = new IntersectionObserver(note, options);
  for (const element of elements) observer.observe(element);
  return () => {
    clearTimeout(timer);
    observer.disconnect();
  };
}

/** After a new deployment the host may have no more what an open page would load later: that is told by its name. */
import { nameError } from '../../shared/errors.ts';

/** Gives such errors their code, from wherever the page loads a part. Returns the end of it. */
export function startNamingMissingParts(): () => void {
  const name = ({ payload }: VitePreloadErrorEvent) => nameError(payload, 'partMissing');
  window.addEventListener('vite:preloadError', name);
  return () => window.removeEventListener('vite:preloadError', name);
}

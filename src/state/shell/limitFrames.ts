/**
 * Lets the page show one frame with an address and no other. A file cannot know where it will be served, so index.html has to
 * say `frame-src 'self'`; any other document of this origin that has no policy of its own would be a way out for whoever
 * reaches into it. Imported before all else: it acts at once.
 */
import { sourceOf } from '../../shared/downloadAddress.ts';
import { DOWNLOAD_PAGE } from '../../shared/downloadFrame.ts';

/** Beside the page, wherever that lies. */
export const DOWNLOAD_PAGE_URL = new URL(DOWNLOAD_PAGE, document.baseURI).href;

// Policies only add up: nobody can take it away again.
const meta = document.createElement('meta');
meta.httpEquiv = 'Content-Security-Policy';
meta.content = `frame-src ${sourceOf(DOWNLOAD_PAGE_URL)}`;
document.head.append(meta);

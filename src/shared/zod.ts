/** Zod as this program uses it: its compiled checks need `new Function`, which the page's security policy forbids. */
import { z } from 'zod';

z.config({ jitless: true });

export { z };

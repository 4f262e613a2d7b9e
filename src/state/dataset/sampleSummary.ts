/** What set-up says of the sample set it drew. Apart from `samples.ts`, so that zod comes with the click, not before. */
import { z } from '../../shared/zod.ts';

const summarySchema = z.object({
  archive: z.string().regex(/^[\w.-]+$/),
  sizeBytes: z.number(),
  count: z.number(),
  groupPattern: z.string(),
  credits: z.array(
    z.object({
      name: z.string(),
      author: z.string(),
      url: z.string(),
      licence: z.string(),
      licenceUrl: z.string(),
    }),
  ),
});
export type SampleSummary = z.infer<typeof summarySchema>;

/** Checks what `samples.json` holds. @throws ZodError if it is something else */
export function parseSampleSummary(content: unknown): SampleSummary {
  return summarySchema.parse(content);
}

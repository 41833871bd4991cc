import { z } from "zod";

/** What the page needs of the JSON that `steepest study` writes. */
export const studyRecord = z.object({
  name: z.string(),
  title: z.string(),
  section: z.string(),
  describe: z.string(),
  version: z.string(),
  effort: z.enum(["quick", "default", "full"]),
  seed: z.number(),
  /** The study's own options that were given. */
  settings: z.record(z.string(), z.string()).default({}),
  /** Whether a folder with MNIST was given. */
  data: z.boolean().default(false),
  seconds: z.number(),
  learned: z.string(),
  claims: z.array(
    z.object({ claim: z.string(), measured: z.string(), verdict: z.enum(["held", "not held", "undecided"]) }),
  ),
  tables: z.array(
    z.object({
      title: z.string(),
      columns: z.array(z.string()),
      rows: z.array(z.array(z.union([z.string(), z.number(), z.null()]))),
    }),
  ),
  notes: z.array(z.string()),
});

export type StudyRecord = z.infer<typeof studyRecord>;

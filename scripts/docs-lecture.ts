import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { SteepestError } from "../src/errors.js";
import { writeFileSafely } from "../src/files.js";
import { studies } from "../src/studies/index.js";
import { lecturePage } from "./lecture/page.js";
import { recordsIn } from "./lecture/records.js";
import { sections } from "./lecture/sections.js";
import { smaller } from "./lecture/smaller.js";

/**
 * Writes docs/lecture.md from the studies' records in docs/studies and their figures in docs/figures. Studies that take hours
 * draw their figures from their records, in the colours of today.
 *
 *     npm run docs:lecture                          the page anew
 *     npm run docs:lecture -- --from runs/studies   takes over what `steepest study` has written there, then the page
 */
const docs = fileURLToPath(new URL("../docs", import.meta.url));

const { values } = parseArgs({ options: { from: { type: "string" } } });
const [studiesFolder, figuresFolder] = [join(docs, "studies"), join(docs, "figures")];
await mkdir(studiesFolder, { recursive: true });
await mkdir(figuresFolder, { recursive: true });
if (values.from !== undefined) {
  const found = await recordsIn(values.from);
  for (const [stem, record] of found) {
    const other = found.find(([name, { name: study }]) => study === record.name && name !== stem);
    if (other) {
      throw new SteepestError(
        `${values.from} holds ${stem} and ${other[0]}, two results of one study; take away the one that the page is not to show`,
      );
    }
    const svg = await readFile(join(values.from, `${stem}.svg`), "utf8");
    await writeFileSafely(join(studiesFolder, `${record.name}.json`), `${JSON.stringify(record, null, 1)}\n`);
    await writeFileSafely(join(figuresFolder, `${record.name}.svg`), smaller(svg));
  }
}
const records = new Map((await recordsIn(studiesFolder)).map(([, record]) => [record.name, record]));
const unplaced = [...records.keys()].filter(
  (name) => !sections.some(({ studies }) => studies.includes(name)),
);
if (unplaced.length > 0) {
  throw new SteepestError(`no section of scripts/lecture/sections.ts names ${unplaced.join(", ")}; add them`);
}
for (const { name, load } of studies) {
  const record = records.get(name);
  const { redraw } = await load();
  if (redraw && record)
    await writeFileSafely(join(figuresFolder, `${name}.svg`), smaller((await redraw(record)).svg));
}
await writeFileSafely(join(docs, "lecture.md"), lecturePage(sections, records));
console.log(`docs/lecture.md: ${records.size} studies`);

import { number } from "../../src/report/format.js";
import type { StudyRecord } from "./record.js";
import type { Section } from "./sections.js";

const cell = (content: string | number | null): string => {
  if (content === null) return "–";
  const text = typeof content === "number" ? number(content) : content;
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
};

const table = (columns: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string =>
  [columns, columns.map(() => "---"), ...rows].map((row) => `| ${row.map(cell).join(" | ")} |`).join("\n");

const verdicts = { held: "held", "not held": "**did not hold**", undecided: "*undecided*" } as const;

const flags = { quick: " --quick", default: "", full: " --full" } as const;

/** A study as the page tells it, its picture lying in the folder `figures`. */
const studyPart = (
  {
    name,
    title,
    describe,
    effort,
    seed,
    settings,
    data,
    seconds,
    learned,
    claims,
    tables,
    notes,
  }: StudyRecord,
  figures: string,
): string => {
  const options = Object.entries({
    ...(data ? { data: "path/to/mnist" } : {}),
    ...(seed === 0 ? {} : { seed }),
    ...settings,
  }).map(([option, value]) => ` --${option} ${value}`);
  const command = `npx steepest study ${name}${flags[effort]}${options.join("")}`;
  const rows = claims.map(({ claim, measured, verdict }) => [claim, measured, verdicts[verdict]]);
  const details = tables.map((each) => `**${each.title}**\n\n${table(each.columns, each.rows)}`).join("\n\n");
  return [
    `### ${title}`,
    describe,
    `![${title}](${figures}/${name}.svg)`,
    learned,
    table(["claim", "measured", ""], rows),
    ...(details ? [`<details><summary>Numbers</summary>\n\n${details}\n\n</details>`] : []),
    ...(notes.length > 0 ? [notes.map((note) => `- ${note}`).join("\n")] : []),
    `\`${command}\` (${seconds < 90 ? `${Math.ceil(seconds)} seconds` : `${Math.round(seconds / 60)} minutes`} where this was measured)`,
  ].join("\n\n");
};

/** The studies of a section. One that has not been run is named, not left out. */
export const studyParts = (
  { studies }: Section,
  records: ReadonlyMap<string, StudyRecord>,
  figures: string,
): string[] =>
  studies.map((name) => {
    const record = records.get(name);
    return record
      ? studyPart(record, figures)
      : `No measurements of \`${name}\` are kept here yet; \`npx steepest study ${name}\` makes them.`;
  });

/** How many claims there are, and what came of them. */
export const summaryOf = (records: ReadonlyMap<string, StudyRecord>): string => {
  const measured = [...records.values()];
  const claims = measured.flatMap((record) => record.claims);
  const count = (wanted: keyof typeof verdicts) => claims.filter(({ verdict }) => verdict === wanted).length;
  return `${measured.length} studies, ${claims.length} claims, of which ${count("held")} held, ${count("not held")} did not, and ${count("undecided")} stay undecided, the measured difference being within its own error`;
};

/** The page: every section with its studies. */
export const lecturePage = (
  sections: readonly Section[],
  records: ReadonlyMap<string, StudyRecord>,
): string => {
  const parts = sections.map((section) =>
    [`## ${section.title}`, section.text, ...studyParts(section, records, "figures")].join("\n\n"),
  );
  return `${[
    "<!-- Made by `npm run docs:lecture` from docs/studies/*.json; change scripts/lecture/ or run the studies again. -->",
    "# The lecture, computed",
    `This page follows "Lecture 8: Optimization IV" from its beginning to its end. Every figure and every number below was computed by a study of this library: ${summaryOf(records)}. Claims are the lecture's, or make one of its sentences precise enough to be measured. Each study can be repeated with the command below it.`,
    ...parts,
  ].join("\n\n")}\n`;
};

import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { Command } from "commander";
import { SteepestError, UsageError } from "../../errors.js";
import { writeFileSafely } from "../../files.js";
import { comparisonReport } from "../../report/comparison.js";
import { version } from "../../version.js";
import { say, sayJson } from "../output.js";
import { type Comparison, comparedRows, comparison, letterOf, sparkLines } from "../run-folders/compare.js";
import { type RunEntry, readRun } from "../run-folders/read.js";
import { tableText } from "../table.js";

interface CompareOptions {
  readonly report?: string;
  readonly json?: boolean;
}

/** More runs than this have no letters and colours of their own. */
const most = 12;

/** The run folder at a path, or of that name in runs/. */
const runAt = async (path: string): Promise<RunEntry> => {
  const found = [path, join("runs", path)].find((each) => existsSync(join(each, "config.json")));
  if (found === undefined) {
    throw new SteepestError(`${path}: no run folder: it holds no config.json; \`steepest runs\` lists them`);
  }
  return readRun(resolve(found), basename(resolve(found)));
};

const requireDifferent = (runs: readonly RunEntry[]): void => {
  const twice = runs.find(({ path }, i) => runs.findIndex((run) => run.path === path) < i);
  if (twice) throw new UsageError(`${twice.path} is given twice; give each run once`);
};

const table = (title: string, { runs }: Comparison, rows: readonly string[][]): string =>
  rows.length === 0 ? "" : `\n${tableText([title, ...runs.map((_, i) => letterOf(i))], rows)}`;

const show = (compared: Comparison): void => {
  const { runs, notes, different, same, results } = compared;
  for (const [i, { path }] of runs.entries()) say(`${letterOf(i)}  ${path}`);
  for (const note of notes) say(`note: ${note}`);
  say(table("results", compared, comparedRows(results)));
  if (results.some(({ best }) => best !== undefined)) say("* the best of them");
  say(table("settings that differ", compared, comparedRows(different)));
  const alike = Object.entries(same).map(([name, value]) => `${name} ${value}`);
  if (alike.length > 0) say(`the same in all: ${alike.join(" · ")}`);
  const lines = sparkLines(compared);
  if (lines.length > 0) say(`\n${lines.join("\n")}`);
};

const compare = async (paths: readonly string[], { report, json = false }: CompareOptions): Promise<void> => {
  if (paths.length < 2 || paths.length > most) {
    throw new UsageError(`compare: ${paths.length} runs are given; give 2 to ${most}`);
  }
  const runs: RunEntry[] = [];
  for (const path of paths) runs.push(await runAt(path));
  requireDifferent(runs);
  const compared = comparison(runs);
  if (!json) show(compared);
  if (report !== undefined) {
    const now = new Date().toISOString();
    const page = await comparisonReport({
      title: `${runs.length} runs side by side`,
      startedAt: now,
      finishedAt: now,
      versions: { steepest: version, node: process.version },
      ...compared,
      runs: runs.map(({ path }, i) => ({ letter: letterOf(i), name: path })),
    });
    await writeFileSafely(report, page);
    say(`\nreport: ${report}   (open it in a browser)`, json);
  }
  if (json) {
    const { different, same, curves, notes } = compared;
    sayJson({
      runs: runs.map(({ path, name, task, status, settings, facts }) => ({
        path,
        name,
        task,
        status,
        settings,
        facts,
      })),
      different: different.map(({ name }) => name),
      same,
      curves: Object.fromEntries(curves.map(({ name, values }) => [name, values])),
      notes,
      ...(report !== undefined && { report }),
    });
  }
};

export const compareCommand = (): Command =>
  new Command("compare")
    .description(
      "Puts runs side by side: their results (of the weights that were kept) with the best of each row marked, the settings in which they differ, and their curves. --report writes all of it as a page.",
    )
    .argument("<runs...>", "two or more run folders, or their names in runs/")
    .option("--report <file>", "writes an HTML page with every curve")
    .option("--json", "one line of JSON: settings, numbers and curves")
    .addHelpText(
      "after",
      "\nExamples:\n  steepest compare runs/20261127-101500-digits runs/20261127-102000-digits\n  steepest compare runs/*-mnist --report mnist.html",
    )
    .action(compare);

import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { SteepestError } from "../../errors.js";
import { whole } from "../options.js";
import { count, say, sayJson } from "../output.js";
import { type ListOptions, listTable, selected } from "../run-folders/list.js";
import { findRuns, type RunEntry, statuses } from "../run-folders/read.js";
import { tableText } from "../table.js";

interface RunsOptions extends ListOptions {
  readonly limit?: number;
  readonly json?: boolean;
}

/** "optimizer=adam", several of them with their names and values together. */
const setting = (text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> => {
  const [, name, value] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new InvalidArgumentError("expected a setting and its value, such as optimizer=adam.");
  return { ...before, [name.trim()]: value.trim() };
};

const requireFolder = async (path: string): Promise<void> => {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return;
  throw new SteepestError(
    `${path}: ${found ? "a file" : "no such folder"}; \`steepest train\` writes run folders into runs/, or where --out says`,
  );
};

const jsonOf = ({ epochs: _epochs, changedAt, startedAt, ...run }: RunEntry) => ({
  ...run,
  startedAt: startedAt?.toISOString() ?? null,
  changedAt: changedAt.toISOString(),
});

const listRuns = async (folder: string, options: RunsOptions): Promise<void> => {
  const { limit = Number.POSITIVE_INFINITY, json = false } = options;
  await requireFolder(folder);
  const all = await findRuns(resolve(folder));
  const found = selected(all, options);
  const shown = found.slice(0, limit);
  if (json) return sayJson({ folder: resolve(folder), found: found.length, runs: shown.map(jsonOf) });
  if (all.length === 0) return say(`${folder}: no runs yet; \`steepest train\` makes one`);
  if (found.length === 0) return say(`none of the ${count(all.length)} runs in ${folder} is like that`);
  const { columns, rows } = listTable(shown, options, new Date());
  say(tableText(columns, rows));
  for (const { name, problem } of shown) if (problem !== undefined) say(`\nnote: ${name}: ${problem}`);
  if (shown.length < found.length) say(`\n${count(found.length - shown.length)} more`);
  const [first, second] = shown;
  if (first && second) say(`\nnext    npx steepest compare ${folder}/${first.name} ${folder}/${second.name}`);
};

export const runsCommand = (): Command =>
  new Command("runs")
    .description(
      "Lists the runs in a folder, also those in folders inside it, newest first: how each stands, its error (or loss) on validation and test data, and how long it took. Those of the weights that were kept.",
    )
    .argument("[folder]", "where the run folders are", "runs")
    .option("--task <name>", "only runs of that task: digits, mnist, data.csv, recipe.ts")
    .addOption(new Option("--status <name>", "only runs that ended so").choices(statuses))
    .option(
      "--where <setting=value>",
      "only runs with that setting, as config.json has it; several times",
      setting,
    )
    .option(
      "--sort <name>",
      "started (newest first), name, task, or a number, best first: test.error, validation.loss, seconds, a metric such as test.rocAuc (highest first where nobody knows which is better)",
    )
    .option("--reverse", "the other way round")
    .option("--limit <n>", "at most so many", whole)
    .option("--json", "one line of JSON: everything of each run but its epochs")
    .addHelpText(
      "after",
      "\nExamples:\n  steepest runs\n  steepest runs --sort test.error --limit 5\n  steepest runs --task mnist --where optimizer=adam",
    )
    .action(listRuns);

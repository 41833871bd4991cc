import { join } from "node:path";
import { Command, Option } from "commander";
import { UsageError } from "../../errors.js";
import { missing } from "../../missing.js";
import { nearest } from "../../options.js";
import { studies } from "../../studies/index.js";
import { runStudy, type StudyRun } from "../../studies/run.js";
import type { Verdict } from "../../studies/shared/verdict.js";
import type { Effort, Study, StudyResult } from "../../studies/study.js";
import { interruptible } from "../interrupt.js";
import { place, seed } from "../options.js";
import { exitCodes, say, sayJson } from "../output.js";
import { tableText } from "../table.js";

interface StudyCommandOptions {
  readonly list?: boolean;
  readonly all?: boolean;
  readonly quick?: boolean;
  readonly full?: boolean;
  readonly data?: string;
  readonly seed?: number;
  readonly out: string;
  readonly strict?: boolean;
  readonly json?: boolean;
}

const names = (): string => studies.map(({ name }) => name).join(", ");

/** Settings as given; undefined where the value is missing. */
type Given = Readonly<Record<string, string | undefined>>;

/** The study's name and its own settings: what commander leaves over, `--key value` or `--key=value`. */
const leftOver = (words: readonly string[]): { name?: string; settings: Given } => {
  const settings: Record<string, string | undefined> = {};
  let name: string | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? missing();
    const option = /^--([a-z][a-z-]*)(?:=(.*))?$/.exec(word);
    if (option?.[1] !== undefined) {
      settings[option[1]] = option[2] ?? words[++i];
    } else if (name === undefined && !word.startsWith("-")) name = word;
    else throw new UsageError(`study: "${word}" is not understood; see \`steepest study --help\``);
  }
  return { ...(name === undefined ? {} : { name }), settings };
};

/** "; did you mean --quick?" where an option of all studies, or of this one, is spelt nearly so. */
const meant = (key: string, options: readonly string[]): string | undefined => {
  const near = nearest(key, options);
  return near === undefined ? undefined : `did you mean --${near}?`;
};

/** The settings, if the study has them. Throws where it does not, and where a value is missing. */
const checkedSettings = (
  study: Study,
  settings: Given,
  common: readonly string[],
): Record<string, string> => {
  const known = Object.keys(study.settings ?? {});
  const unknown = Object.keys(settings).find((key) => !known.includes(key));
  if (unknown !== undefined) {
    const own = known.map((key) => `--${key}`).join(", ");
    throw new UsageError(
      `study ${study.name}: unknown option --${unknown}; ${meant(unknown, [...known, ...common]) ?? (own ? `its own options are ${own}` : "it has no options of its own")}`,
    );
  }
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => {
      if (value === undefined) throw new UsageError(`study ${study.name}: --${key} needs a value`);
      return [key, value];
    }),
  );
};

const effortOf = ({ quick, full }: StudyCommandOptions): Effort => {
  if (quick && full) throw new UsageError("study: --quick and --full exclude each other; give one");
  return quick ? "quick" : full ? "full" : "default";
};

const verdicts: Readonly<Record<Verdict, string>> = {
  held: "held        ",
  undecided: "UNDECIDED   ",
  "not held": "DID NOT HOLD",
};

const printResult = ({ learned, claims, tables, notes }: StudyResult, json: boolean) => {
  for (const { title, columns, rows } of tables) say(`\n${title}\n\n${tableText(columns, rows)}`, json);
  say("", json);
  for (const { claim, measured, verdict } of claims) {
    say(`${verdicts[verdict]}  ${claim}\n              ${measured}`, json);
  }
  if (learned !== undefined) say(`\nlearned: ${learned}`, json);
  if (notes.length > 0) say(`\n${notes.map((note) => `note: ${note}`).join("\n")}`, json);
};

/** What `--json` says of one study. */
const jsonOf = ({ study, result, seconds, files }: StudyRun, effort: Effort, chosenSeed: number) => {
  const { learned, claims, tables, numbers, notes } = result;
  const judged = files !== undefined && claims.length > 0;
  const held = judged ? claims.every(({ verdict }) => verdict === "held") : null;
  return {
    study: study.name,
    effort,
    seed: chosenSeed,
    seconds,
    complete: files !== undefined,
    held,
    learned,
    claims,
    tables,
    numbers,
    notes,
    files,
  };
};

const list = async (json: boolean): Promise<void> => {
  const loaded = await Promise.all(studies.map(({ load }) => load()));
  if (json) {
    sayJson(
      loaded.map(({ name, title, section, describe, settings = {} }) => ({
        name,
        title,
        section,
        describe,
        settings,
      })),
    );
    return;
  }
  say(
    tableText(
      ["study", "what it shows"],
      loaded.map(({ name, title }) => [name, title]),
    ),
  );
  const own = loaded.flatMap(({ name, settings = {} }) =>
    Object.entries(settings).map(([key, meaning]) => [name, `--${key}`, meaning] as const),
  );
  if (own.length > 0) say(`\n${tableText(["study", "its own options", ""], own)}`);
  say("\nsteepest study <name> runs one, steepest study --all runs all; --quick takes under a minute each.");
};

/** `common` names the options that every study has. */
const run = async (
  options: StudyCommandOptions,
  words: readonly string[],
  common: readonly string[],
): Promise<void> => {
  const json = options.json === true;
  if (options.list) return list(json);
  const { name, settings } = leftOver(words);
  const effort = effortOf(options);
  if (name === undefined && !options.all)
    throw new UsageError(`study: say which one, or --all, or --list; there are ${names()}`);
  if (name !== undefined && options.all)
    throw new UsageError(`study: ${name} and --all exclude each other; give one`);
  const entries = options.all ? studies : studies.filter((entry) => entry.name === name);
  if (entries.length === 0)
    throw new UsageError(`study ${name}: there is none of that name; there are ${names()}`);
  const [ofOne] = Object.keys(settings);
  if (options.all && ofOne !== undefined) {
    const hint = meant(ofOne, common);
    throw new UsageError(
      hint
        ? `study: unknown option --${ofOne}; ${hint}`
        : `study: --${ofOne} belongs to one study; give its name instead of --all`,
    );
  }

  const { signal, setExitCode, stop } = interruptible();
  const outputs: ReturnType<typeof jsonOf>[] = [];
  let problem: StudyRun["problem"];
  try {
    for (const { load } of entries) {
      if (signal.aborted) break;
      const study = await load();
      const own = checkedSettings(study, settings, common);
      say(
        `${outputs.length > 0 ? "\n\n" : ""}${study.title}  (${study.name}; lecture: ${study.section})\n\n${study.describe}\n`,
        json,
      );
      const done = await runStudy(study, {
        effort,
        seed: options.seed ?? 0,
        settings: own,
        signal,
        out: options.out,
        log: (line) => void process.stderr.write(`  ${line}\n`),
        ...(options.data === undefined ? {} : { data: options.data }),
      }).catch((error: unknown) => {
        // Numbers of trainings that were cut short can be such that nothing can be drawn.
        if (!signal.aborted) throw error;
        process.stderr.write(`${study.name}: ended early, without numbers to show; no file is written\n`);
        return undefined;
      });
      if (!done) break;
      printResult(done.result, json);
      const written = done.files ? `written: ${Object.values(done.files).join(", ")}` : "ended early";
      say(`\nin ${done.seconds.toFixed(1)} s, ${written}`, json);
      problem ??= done.problem;
      outputs.push(jsonOf(done, effort, options.seed ?? 0));
    }
  } finally {
    stop();
  }
  if (json && (options.all || outputs.length > 0)) sayJson(options.all ? outputs : outputs[0]);
  const judged = (wanted: Verdict) =>
    outputs.flatMap(({ study, claims }) =>
      claims.filter(({ verdict }) => verdict === wanted).map(() => study),
    );
  const failed = judged("not held");
  if (options.all) {
    const open = judged("undecided");
    const those = (which: readonly string[], text: string) =>
      which.length > 0 ? `, ${which.length} ${text} (${[...new Set(which)].join(", ")})` : "";
    const claims = outputs.reduce((total, each) => total + each.claims.length, 0);
    say(
      `\n${outputs.length} studies, ${claims} claims: ${judged("held").length} held${those(failed, "did not")}${those(open, "undecided")}`,
      json,
    );
  }
  if (problem) throw problem;
  if (signal.aborted) setExitCode();
  else if (options.strict && failed.length > 0) process.exitCode = exitCodes.failed;
};

export const studyCommand = (): Command =>
  new Command("study")
    .description(
      "Runs a study: a claim or figure of the lecture, computed. Prints its numbers beside what the lecture says and writes them as JSON, with the figure as SVG and PNG. Settings other than the default are part of the files' names.",
    )
    .argument("[name]", "which study; see --list")
    .argument("[own...]", "options of that study alone, such as --seeds 3")
    .option("--list", "what studies there are")
    .option("--all", "run all of them, one after another")
    .option("--quick", "reduced settings: under a minute each")
    .option("--full", "the lecture's own setting, however long it takes")
    .option("--data <folder>", "a folder with MNIST, for studies of images; embedded digits without it")
    .option("--seed <n>", "everything random follows from it (default 0)", seed)
    .addOption(
      new Option("--out <folder>", "where the files are written")
        .argParser(place)
        .default(join("runs", "studies")),
    )
    .option("--strict", "exit code 1 where a claim did not hold")
    .option("--json", "text on the error stream, and one line of JSON as the output")
    .allowUnknownOption()
    .addHelpText(
      "after",
      `
Examples:
  steepest study --list
  steepest study momentum-ravine
  steepest study optimizer-race --quick --problems ravine,saddle --json`,
    )
    .action((_name: string | undefined, _own: string[], options: StudyCommandOptions, command: Command) =>
      run(
        options,
        command.args,
        command.options.flatMap(({ long }) => (long ? [long.slice(2)] : [])),
      ),
    );

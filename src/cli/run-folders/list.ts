import { UsageError } from "../../errors.js";
import { meant } from "../../options.js";
import { duration } from "../../report/format.js";
import { betterOf, factText, requireFact, scoreText } from "./facts.js";
import type { RunEntry } from "./read.js";

export interface ListOptions {
  readonly task?: string;
  readonly status?: string;
  /** Settings that a run must have, by name. */
  readonly where?: Readonly<Record<string, string>>;
  /** "started", "name", "task", or a fact such as "test.error". */
  readonly sort?: string;
  readonly reverse?: boolean;
}

const plainOrders: Readonly<Record<string, (a: RunEntry, b: RunEntry) => number>> = {
  started: (a, b) => timeOf(b) - timeOf(a),
  name: (a, b) => a.name.localeCompare(b.name),
  task: (a, b) => (a.task ?? "").localeCompare(b.task ?? ""),
};

const timeOf = ({ startedAt, changedAt }: RunEntry): number => (startedAt ?? changedAt).getTime();

/** Best first; runs without the fact come last whichever way it is turned. */
const byFact = (fact: string, reverse: boolean) => {
  const sign = (betterOf(fact) === "lower" ? 1 : -1) * (reverse ? -1 : 1);
  return (a: RunEntry, b: RunEntry): number => {
    const [x, y] = [a.facts[fact], b.facts[fact]];
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined);
    return sign * (x - y);
  };
};

const requireSetting = (name: string, runs: readonly RunEntry[]): void => {
  const known = [...new Set(runs.flatMap(({ settings }) => Object.keys(settings)))];
  if (runs.length === 0 || known.includes(name)) return;
  throw new UsageError(`--where ${name}=…: no run has that setting; ${meant(name, known)}`);
};

/** The runs that were asked for, in the order that was asked for: newest first, or best first by a fact. */
export const selected = (all: readonly RunEntry[], options: ListOptions): RunEntry[] => {
  const { task, status, where = {}, sort = "started", reverse = false } = options;
  for (const name of Object.keys(where)) requireSetting(name, all);
  const runs = all.filter(
    (run) =>
      (task === undefined || run.task === task) &&
      (status === undefined || run.status === status) &&
      Object.entries(where).every(([name, value]) => run.settings[name] === value),
  );
  const plain = plainOrders[sort];
  if (plain) {
    runs.sort(plain);
    return reverse ? runs.reverse() : runs;
  }
  if (all.length > 0) requireFact("--sort", sort, all);
  return runs.sort(byFact(sort, reverse));
};

/** How a run stands, in a word or two; of one that has no end yet, how long ago something was written of it. */
export const statusText = ({ status, changedAt }: RunEntry, now: Date): string =>
  status === "unfinished"
    ? `unfinished (last written ${duration(Math.max(0, (now.getTime() - changedAt.getTime()) / 1000))} ago)`
    : status;

const minute = (time: Date): string => {
  const local = new Date(time.getTime() - 60_000 * time.getTimezoneOffset());
  return local.toISOString().slice(0, 16).replace("T", " ");
};

const usual = ["validation.error", "validation.loss", "test.error", "test.loss", "seconds", "epochs"];

/** Columns and rows of a list for people, with the fact that it is sorted by where it is none of the usual ones. */
export const listTable = (runs: readonly RunEntry[], { sort }: ListOptions, now: Date) => {
  const extra = sort === undefined || sort in plainOrders || usual.includes(sort) ? undefined : sort;
  return {
    columns: [
      ...["started", "run", "task", "status", "epochs", "validation", "test", "time"],
      ...(extra === undefined ? [] : [extra]),
    ],
    rows: runs.map((run) => {
      const { facts } = run;
      const text = (fact: string) => (facts[fact] === undefined ? "–" : factText(fact, facts[fact]));
      return [
        minute(run.startedAt ?? run.changedAt),
        run.name,
        run.task ?? "–",
        statusText(run, now),
        facts.epochs ?? "–",
        scoreText(run, "validation"),
        scoreText(run, "test"),
        text("seconds"),
        ...(extra === undefined ? [] : [text(extra)]),
      ];
    }),
  };
};

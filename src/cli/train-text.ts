import { existsSync } from "node:fs";
import { number, percent as share } from "../report/format.js";
import { metricLines } from "../report/metric-names.js";
import type { BesideRecord } from "../report/record.js";
import { metricsOf, type TableRecord, type TargetRecord } from "../report/table-record.js";
import { keptRecord, keptText } from "../train/kept.js";
import type { Run } from "../train/run.js";
import type { RunFolder } from "../train/run-folder.js";
import { version } from "../version.js";
import { count, percent, say } from "./output.js";
import { given, type Plan } from "./plan.js";
import { tableText } from "./table.js";

const scores = ({ test }: Run) =>
  test ? { testLoss: test.loss, ...given({ testError: test.error }) } : undefined;

/** What `--json` says of a run. The scores of one that diverged are no result: they are those of the weights that were kept. */
export const summary = (
  run: Run,
  folder: RunFolder,
  {
    diverged,
    beside,
    table,
  }: {
    readonly diverged?: string | undefined;
    readonly beside?: BesideRecord | undefined;
    readonly table?: TableRecord | undefined;
  },
) => ({
  stopped: run.stopped,
  ...given({ diverged }),
  epochs: run.epochs.length,
  ...given({ bestEpoch: run.bestEpoch }),
  keptEpoch: run.keptEpoch,
  seconds: Number(run.seconds.toFixed(3)),
  ...run.epochs
    .slice(-1)
    .map(({ samplesPerSecond }) => ({ samplesPerSecond: Math.round(samplesPerSecond) }))[0],
  ...given({ validationError: keptRecord(run)?.validation?.error }),
  ...(diverged === undefined ? scores(run) : given({ kept: scores(run) })),
  ...given({ beside, metrics: table && metricsOf(table) }),
  ...given({ sharpness: run.epochs.findLast(({ sharpness }) => sharpness !== undefined)?.sharpness }),
  run: folder.path,
  model: folder.file("model.onnx"),
  report: folder.file("report.html"),
});

/** How many of the training examples are set aside for validation. */
const setAside = ({ data, options: { validation = 0 } }: Plan): number =>
  data.validation?.size ?? (validation < 1 ? Math.round(validation * data.train.size) : validation);

/** What is about to be trained, and how. */
export const announce = (plan: Plan, json: boolean): void => {
  const { train, validation, test } = plan.data;
  const { epochs = 10, batchSize = 128, seed = 0 } = plan.options;
  const aside = setAside(plan);
  const sizes = [
    `${count(validation ? train.size : train.size - aside)} examples to train on`,
    ...(aside ? [`${count(aside)} to watch`] : []),
    ...(test ? [`${count(test.size)} to test on`] : []),
  ];
  say(`Steepest ${version}: ${plan.name}, ${sizes.join(", ")}`, json);
  const chosen = Object.entries(plan.described).map(([key, value]) => `${key} ${value}`);
  say(
    `${[...(plan.notes ?? []).map((note) => `note: ${note}`), ""].join("\n")}${chosen.join(" · ")} · ${epochs} ${epochs === 1 ? "epoch" : "epochs"} of batches of ${batchSize} · seed ${seed}\n`,
    json,
  );
};

const scoreText = ({ test }: Run): string | undefined => {
  if (!test) return undefined;
  return test.error === undefined
    ? `test loss ${number(test.loss)}`
    : `test error ${percent(test.error)}, loss ${number(test.loss)}`;
};

/** A target's metrics, in one line. */
const metricsText = ({ name, scored }: TargetRecord): string =>
  `${name}: ${metricLines(scored.metrics)
    .filter(({ why }) => why === undefined)
    .map(({ name: metric, text }) => `${metric} ${text}`)
    .join(" · ")}`;

/** What simpler models reach, as a table with what it comes to. */
const besideText = ({ rows, measure, models, sentence }: BesideRecord): string => {
  const text = measure === "error" ? share : number;
  const table = tableText(
    [`on ${count(rows)} test rows`, measure, "95 % interval"],
    models.map(({ name, value, low, high }) => [name, text(value), `${text(low)} to ${text(high)}`]),
  );
  return sentence === "" ? table : `${table}\n${sentence}`;
};

const endings = {
  completed: "",
  early: " (stopped early)",
  stopped: " (ended by a callback)",
  aborted: " (ended by you; what was learned is kept)",
} as const;

/** How a run ended, where its files are, and what to do with them. */
export const conclude = (
  run: Run,
  folder: RunFolder,
  {
    ask,
    beside,
    table,
    json,
  }: {
    /** What `predict` can be asked about. */
    readonly ask: string | undefined;
    readonly beside: BesideRecord | undefined;
    readonly table: TableRecord | undefined;
    readonly json: boolean;
  },
): void => {
  const { stopped, seconds } = run;
  const score = scoreText(run);
  const model = folder.file("model.onnx");
  const files = `inputs  ${run.preprocessing.text}\n${run.targetScale === undefined ? "" : `targets ${run.targetScale}\n`}weights ${keptText(run)}\nrun     ${folder.path}\nreport  ${folder.file("report.html")}   (open it in a browser)\nmodel   ${model}`;
  if (stopped === "diverged") {
    say(`\n${files}   (the last weights that gave a finite loss${score ? `: ${score}` : ""})`, json);
    say(`\nTRAINING DIVERGED after ${seconds.toFixed(1)} s: there is no result`, json);
    return;
  }
  const trained = score
    ? `${score}, after ${seconds.toFixed(1)} s of training`
    : `trained for ${seconds.toFixed(1)} s`;
  say(`\n${trained}${endings[stopped]}`, json);
  for (const target of table?.targets ?? []) say(`\n${metricsText(target)}`, json);
  if (beside) say(`\n${besideText(beside)}`, json);
  say(`\n${files}\n\nnext    npx steepest inspect ${model}`, json);
  if (ask !== undefined) say(`        npx steepest predict ${model} ${ask}`, json);
  if (stopped === "aborted" && existsSync(folder.checkpoints)) {
    say(`        npx steepest resume ${folder.path}   (goes on where you stopped)`, json);
  }
};

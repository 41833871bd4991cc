import { Command, InvalidArgumentError, Option } from "commander";
import type { OnBad } from "../../data/images/decode-all.js";
import { mnistKind, type PictureKind } from "../../data/picture-kind.js";
import { defaultEngine } from "../../engine/compile.js";
import { SteepestError, UsageError } from "../../errors.js";
import { missing } from "../../missing.js";
import { listed } from "../../shown.js";
import type { TableEncoder } from "../../tables/encoder.js";
import { answersTable } from "../answers-table.js";
import { type Asked, ask, labelOf, type Prediction } from "../ask.js";
import { counting } from "../counting.js";
import { answerText, modelAnswerOf } from "../model-answer.js";
import { type ModelFile, readModelFile, wholeModel } from "../model-file.js";
import { pictureInputOf } from "../model-pictures.js";
import { count, exitCodes, percent, report, say, sayJson } from "../output.js";
import { type PictureFile, pictureFiles } from "../picture-files.js";
import type { PredictTableOptions } from "../predict-table.js";
import { tableOptionAmong, withReadOptions } from "../table-options.js";
import { viewsFrom } from "../views.js";
import { onCommandLine } from "../wording.js";

interface PredictOptions extends PredictTableOptions {
  readonly ink?: "bright" | "dark" | "none";
  readonly range?: readonly [black: number, white: number];
  readonly tta?: string;
  readonly onBad?: OnBad;
  readonly json?: boolean;
  readonly jsonLines?: boolean;
}

/** What pictures the model was trained on, where the person knows it better than the model. */
const asTold = (
  { ink: known, ...kind }: PictureKind,
  { ink, range = kind.range }: PredictOptions,
): PictureKind => {
  if (ink === "none") return { ...kind, range };
  const placement = ink ? { ...(known ?? mnistKind(kind).ink ?? missing()), tone: ink } : known;
  return { ...kind, range, ...(placement ? { ink: placement } : {}) };
};

/** The model of a file, ready to be asked, and what had to be assumed about it. */
export const askedOf = async (
  model: ModelFile,
  options: PredictOptions,
): Promise<{ readonly asked: Asked; readonly assumed: readonly string[] }> => {
  const found = pictureInputOf(model);
  const told = options.ink !== undefined || options.range !== undefined;
  const answer = modelAnswerOf(model);
  const views = options.tta === undefined ? undefined : viewsFrom(options.tta);
  const classes = model.target?.kind === "class" ? model.target.names : undefined;
  return {
    asked: {
      session: await (await defaultEngine()).load(await wholeModel(model)),
      input: { ...found, kind: asTold(found.kind, options) },
      answer,
      ...(views ? { views } : {}),
      ...(classes ? { classes } : {}),
    },
    assumed: [...(told ? [] : found.assumed), ...answer.assumed],
  };
};

/** Where pictures lie in folders of their classes: how many the model is right about. */
interface Accuracy {
  readonly labelled: number;
  readonly correct: number;
  /** Percent. */
  readonly accuracy: number;
}

const accuracyOf = (predictions: readonly Prediction[]): Accuracy | undefined => {
  const answered = predictions.filter((each) => each.label !== undefined && "class" in each);
  const correct = answered.filter((each) => "class" in each && each.class === each.label).length;
  if (answered.length === 0) return undefined;
  return { labelled: answered.length, correct, accuracy: (100 * correct) / answered.length };
};

/** Says where folders look like those of classes, but are none that the model knows. */
const strangeFolders = (files: readonly PictureFile[], classes: readonly string[] = []): string[] => {
  const own = files.flatMap((file) => {
    const { folders } = file;
    const isStrange = folders.length > 1 && labelOf(file, classes) === undefined;
    return isStrange ? [folders.at(-1) ?? missing()] : [];
  });
  const strange = [...new Set(own)];
  if (classes.length === 0 || strange.length === 0) return [];
  return [
    `the model knows no class called ${listed(strange, 5)} (but ${listed(classes, 5)}): pictures in such folders are answered, and not counted as right or wrong`,
  ];
};

/** Pictures up to this number are answered with all probabilities, more in one line each. */
const inDetail = 5;

const inWords = (prediction: Exclude<Prediction, { readonly problem: string }>): string => {
  const [head, ...rest] = answerText(prediction);
  const done = prediction.done.length > 0 ? `   (${prediction.done.join(", ")})` : "";
  return [`${prediction.image}: ${head}${done}`, ...rest].join("\n");
};

/** How often something was done to the pictures, where they are too many to say it of each. */
const doneText = (predictions: readonly Prediction[]): string[] => {
  const times = new Map<string, number>();
  for (const prediction of predictions) {
    if ("problem" in prediction) continue;
    for (const what of prediction.done) times.set(what, (times.get(what) ?? 0) + 1);
  }
  return [...times].map(([what, number]) => `${count(number)} pictures: ${what}`);
};

/** Answers the rows of one table. */
const predictTables = async (
  model: ModelFile,
  encoder: TableEncoder,
  paths: readonly string[],
  options: PredictOptions,
): Promise<void> => {
  const [path = missing(), ...others] = paths;
  if (others.length > 0) throw new UsageError("the model is one of tables: give one table at a time");
  const picture = (["ink", "range", "tta", "onBad"] as const).find((name) => options[name] !== undefined);
  if (picture !== undefined)
    throw new UsageError(
      `${onCommandLine(picture)} is for pictures, and the model is one of tables; leave it out`,
    );
  if (options.json)
    throw new UsageError("--json: predictions of a table are written row by row; take --json-lines");
  const { predictTableFile } = await import("../predict-table.js");
  await predictTableFile(model, encoder, path, options);
};

const predict = async (path: string, pictures: readonly string[], options: PredictOptions) => {
  const { onBad, jsonLines = false } = options;
  const json = options.json || jsonLines;
  const model = await readModelFile(path);
  if (model.table) return predictTables(model, model.table, pictures, options);
  const surplus =
    tableOptionAmong(options) ??
    (["out", "with"] as const).filter((name) => options[name] !== undefined).map((name) => `--${name}`)[0];
  if (surplus !== undefined)
    throw new UsageError(`${surplus} is for models of tables, and ${path} is none; leave it out`);
  const { asked, assumed } = await askedOf(model, options);
  const found = await pictureFiles(pictures);
  const { files } = found;
  const labelled = files.some((file) => labelOf(file, asked.classes) !== undefined);
  const notes = [...assumed, ...found.notes, ...strangeFolders(files, asked.classes)];
  for (const note of notes) say(`note: ${note}`, json);
  const detailed = files.length <= inDetail;
  const text = detailed
    ? inWords
    : answersTable(
        files.map((file) => file.path),
        asked.classes ?? [],
        labelled,
      );
  const showCount = counting();
  const predictions: Prediction[] = [];
  let bad = 0;
  try {
    for await (const prediction of ask(asked, files)) {
      predictions.push(prediction);
      if ("problem" in prediction) {
        const error = new SteepestError(prediction.problem);
        if (onBad === "refuse") throw error;
        bad += 1;
        if (onBad === "skip") say(`note: left out: ${prediction.problem}`, true);
        else report(error);
      } else if (!json) say(text(prediction));
      if (jsonLines) sayJson(prediction);
      // Lines on a terminal show by themselves how far it is.
      if (json || !process.stdout.isTTY) showCount(predictions.length, files.length);
    }
  } finally {
    await asked.session.release();
  }
  const right = accuracyOf(predictions);
  if (!detailed) for (const line of doneText(predictions)) say(line, json);
  if (bad > 0 && files.length > 1)
    say(`${count(bad)} of ${count(files.length)} pictures could not be used`, true);
  if (right) {
    say(
      `accuracy ${percent(right.accuracy)}: ${count(right.correct)} of ${count(right.labelled)} pictures are of the class that their folder is called by`,
      json,
    );
  }
  if (bad > 0 && (onBad !== "skip" || bad === files.length)) process.exitCode = exitCodes.failed;
  if (options.json) sayJson({ model: model.path, notes, predictions, ...right });
};

/** "0,1": the values of black and white. */
const range = (text: string): [number, number] => {
  const [black = Number.NaN, white = Number.NaN, ...more] = text.split(",").map(Number);
  if (!Number.isFinite(white - black) || black === white || more.length > 0)
    throw new InvalidArgumentError("expected the values of black and white, such as 0,1 or 0,255.");
  return [black, white];
};

export const predictCommand = (): Command =>
  withReadOptions(new Command("predict"))
    .description(
      [
        "A model that learned from a table answers the rows of another one, with columns in any order and without the target: one line for each row, the class and the probability of each, or the value. --out writes them to a file.",
        "Prints what a model says about each picture: the class and the probabilities, or the value. Of a folder it takes all pictures, those in its folders too; where these are called as classes of the model, it also says how many of its answers are right.",
        "A picture is given to the model as those were that it was trained on, which the model itself says if Steepest trained it. Where they were strokes on a plain ground, such as digits, strokes are searched in the picture, cut out, scaled and centred as those were, and inverted where they are of the other tone. All other pictures are scaled and cropped to the size.",
      ].join("\n\n"),
    )
    .argument("<model>", "a run folder, or an ONNX model that takes pictures or learned from a table")
    .argument(
      "<pictures...>",
      "a table (CSV, JSON Lines or Parquet); or PNG, JPEG or other picture files, and folders of them",
    )
    .addOption(
      new Option(
        "--ink <tone>",
        "trained on strokes on a plain ground, whatever the model says, or not",
      ).choices(["bright", "dark", "none"]),
    )
    .option("--range <black,white>", "the values of black and white, whatever the model says: 0,1", range)
    .option(
      "--tta <views>",
      'views of each picture over which the answers are averaged: "flip", "shift", "flip,shift" (default: what the model was exported with)',
    )
    .addOption(
      new Option(
        "--on-bad <what>",
        "a picture that cannot be used ends it, or is left out (default: named, and the exit code is 1)",
      ).choices(["refuse", "skip"]),
    )
    .option("--out <file>", "tables: where predictions go, as .csv or .jsonl (default: the output, as CSV)")
    .option(
      "--with <columns>",
      'tables: columns of the table that stand before the predictions, such as id,name, or "all"',
      (text: string) => text.split(",").map((name) => name.trim()),
    )
    .option("--json", "text on the error stream, and one line of JSON as the output")
    .addOption(
      new Option(
        "--json-lines",
        "text on the error stream, and a line of JSON for each picture, as soon as it is answered",
      ).conflicts("json"),
    )
    .addHelpText(
      "after",
      `
Exit code: 1 where a picture could not be used; the others are answered.

Examples:
  steepest predict runs/20261127-021500-houses new.csv --out predictions.csv
  steepest predict runs/20261122-170509-digits digit.png
  steepest predict runs/20261126-181503-images photos/test
  steepest predict faces.onnx --ink none --range 0,1 a.jpg b.jpg --json`,
    )
    .action(predict);

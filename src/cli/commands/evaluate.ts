import { Command, InvalidArgumentError, Option } from "commander";
import type { OnBad } from "../../data/images/decode-all.js";
import { type PartName, partNames } from "../../data/images/entry.js";
import { SteepestError, UsageError } from "../../errors.js";
import { writeFileSafely } from "../../files.js";
import { type Measured, scoreClasses } from "../../metrics/index.js";
import { missing } from "../../missing.js";
import { evaluationReport } from "../../report/evaluation.js";
import type { TableEncoder } from "../../tables/encoder.js";
import { version } from "../../version.js";
import { type Asked, ask } from "../ask.js";
import { counting } from "../counting.js";
import type { EvaluateTableOptions } from "../evaluate-table.js";
import { classesJson, classesText } from "../evaluation-text.js";
import { type LabelledPictures, labelledPictures, matchedClasses } from "../labelled-pictures.js";
import type { Answer } from "../model-answer.js";
import { type ModelFile, readModelFile } from "../model-file.js";
import { count, exitCodes, report, say, sayJson } from "../output.js";
import { tableOptionAmong, withReadOptions } from "../table-options.js";
import { onCommandLine } from "../wording.js";
import { askedOf } from "./predict.js";

interface EvaluateOptions extends EvaluateTableOptions {
  readonly part?: PartName;
  readonly classes?: readonly string[];
  readonly tta?: string;
  readonly onBad?: OnBad;
  readonly imageColumn?: string;
  readonly labelColumn?: string;
}

/** Options that are for pictures. */
const ofPictures = ["part", "classes", "tta", "onBad", "imageColumn", "labelColumn"] as const;

/** The numbers of an answer to one class of several, in the order of the classes, or undefined where it is none. */
const numbersOf = (answer: Answer, classes: readonly string[]): number[] | undefined => {
  const byName =
    "probabilities" in answer ? answer.probabilities : "scores" in answer ? answer.scores : undefined;
  const numbers = byName && classes.map((name) => byName[name]);
  return numbers?.every((value) => value !== undefined) && Object.keys(byName ?? {}).length === classes.length
    ? (numbers as number[])
    : undefined;
};

/** What a model answered to pictures, with what is true. */
interface Answered {
  readonly measured: Measured;
  readonly probabilities: boolean;
  /** Pictures of classes that the model does not know, and such as could not be used. */
  readonly leftOut: number;
  readonly bad: number;
  /** The pictures that were answered, by row. */
  readonly paths: readonly string[];
}

/** Asks the model about all pictures whose class it knows. */
const answersTo = async (
  asked: Asked,
  { pictures }: LabelledPictures,
  { classes, of }: { readonly classes: readonly string[]; readonly of: readonly (number | undefined)[] },
  onBad: OnBad | undefined,
): Promise<Answered> => {
  const known = pictures.flatMap((picture) => {
    const truth = of[picture.truth];
    return truth === undefined ? [] : [{ ...picture, truth }];
  });
  const showCount = counting();
  const answers = new Float64Array(known.length * classes.length);
  const targets: number[] = [];
  const paths: string[] = [];
  let [done, bad, probabilities] = [0, 0, true];
  // Without names the model's numbers are called by their places.
  const names = asked.classes ?? classes.map((_, i) => String(i));
  for await (const prediction of ask(asked, known)) {
    const picture = known[done++] ?? missing();
    showCount(done, known.length);
    if ("problem" in prediction) {
      const error = new SteepestError(prediction.problem);
      if (onBad === "refuse") throw error;
      bad += 1;
      if (onBad === "skip") say(`note: left out: ${prediction.problem}`, true);
      else report(error);
      continue;
    }
    const numbers = numbersOf(prediction, names);
    if (!numbers) {
      throw new SteepestError(
        `the model does not answer one of the ${classes.length} classes ${classes.slice(0, 5).join(", ")}, but otherwise; evaluate compares classes`,
      );
    }
    probabilities &&= "probabilities" in prediction;
    answers.set(numbers, targets.length * classes.length);
    targets.push(picture.truth);
    paths.push(picture.path);
  }
  if (targets.length === 0)
    throw new SteepestError("no picture could be used, so that there is nothing to evaluate");
  return {
    measured: {
      kind: "class",
      width: classes.length,
      answers: answers.subarray(0, targets.length * classes.length),
      targets,
    },
    probabilities,
    leftOut: pictures.length - known.length,
    bad,
    paths,
  };
};

const positiveOf = (positive: string | undefined, classes: readonly string[]): number | undefined => {
  if (positive === undefined) return undefined;
  const found = classes.indexOf(positive);
  if (found < 0 || classes.length !== 2) {
    throw new UsageError(
      `--positive ${positive}: ${found < 0 ? `there is no such class, but ${classes.join(", ")}` : `there are ${classes.length} classes, of which all are averaged; leave it out`}`,
    );
  }
  return found;
};

/** The examples that were answered wrongly with the largest number, as the report shows them. */
const worstOf = ({ measured, paths }: Answered, classes: readonly string[], most = 20) => {
  const { width, answers, targets } = measured;
  return paths
    .flatMap((path, row) => {
      const own = Array.from({ length: width }, (_, j) => answers[row * width + j] ?? missing());
      const answered = own.indexOf(Math.max(...own));
      const truth = targets[row] ?? missing();
      return answered === truth
        ? []
        : [
            {
              example: path,
              truth: classes[truth] ?? missing(),
              predicted: classes[answered] ?? missing(),
              certainty: own[answered] ?? missing(),
            },
          ];
    })
    .sort((a, b) => b.certainty - a.certainty)
    .slice(0, most);
};

const evaluateTables = async (
  model: ModelFile,
  encoder: TableEncoder,
  path: string,
  options: EvaluateOptions,
): Promise<void> => {
  const surplus = ofPictures.find((name) => options[name] !== undefined);
  if (surplus !== undefined)
    throw new UsageError(
      `${onCommandLine(surplus)} is for pictures, and the model is one of tables; leave it out`,
    );
  const { evaluateTableFile } = await import("../evaluate-table.js");
  await evaluateTableFile(model, encoder, path, options);
};

const evaluate = async (path: string, dataPath: string, options: EvaluateOptions) => {
  const { json = false } = options;
  const startedAt = new Date();
  const model = await readModelFile(path);
  if (model.table) return evaluateTables(model, model.table, dataPath, options);
  const surplus = tableOptionAmong(options);
  if (surplus !== undefined)
    throw new UsageError(`${surplus} is for models of tables, and ${path} is none; leave it out`);
  const { asked: found, assumed } = await askedOf(
    model,
    options.tta === undefined ? {} : { tta: options.tta },
  );
  const asked: Asked = { ...found, asTrained: true };
  try {
    const data = await labelledPictures(dataPath, asked.input.kind, options);
    try {
      const matched = matchedClasses(dataPath, options.classes ?? asked.classes, data.classes);
      const notes = [...assumed, ...data.notes, ...matched.notes];
      for (const note of notes) say(`note: ${note}`, json);
      const positive = positiveOf(options.positive, matched.classes);
      const answered = await answersTo(asked, data, matched, options.onBad);
      const scored = scoreClasses(answered.measured, {
        ...(positive === undefined ? {} : { positive }),
        probabilities: answered.probabilities,
      });
      if (answered.bad > 0) say(`${count(answered.bad)} pictures could not be used`, true);
      if (answered.leftOut > 0)
        say(`${count(answered.leftOut)} pictures of classes that the model does not know are left out`, json);
      say(`${model.path}: ${count(scored.rows)} pictures of ${dataPath} (${data.part})`, json);
      for (const line of classesText(scored, matched.classes)) say(line, json);
      if (options.report !== undefined) {
        const page = await evaluationReport({
          title: `${model.path} on ${dataPath}`,
          startedAt: startedAt.toISOString(),
          finishedAt: new Date().toISOString(),
          versions: { steepest: version, node: process.version },
          facts: { model: model.path, data: dataPath, part: data.part, pictures: scored.rows },
          notes,
          classes: matched.classes,
          scored,
          worst: worstOf(answered, matched.classes),
        });
        await writeFileSafely(options.report, page);
        say(`report: ${options.report}`, json);
      }
      if (answered.bad > 0 && options.onBad !== "skip") process.exitCode = exitCodes.failed;
      if (json) {
        sayJson({
          ...{ model: model.path, data: dataPath, part: data.part, notes },
          ...classesJson(scored, matched.classes),
          ...{ bad: answered.bad, leftOut: answered.leftOut },
          ...(options.report !== undefined && { report: options.report }),
        });
      }
    } finally {
      await data.close();
    }
  } finally {
    await asked.session.release();
  }
};

const classNames = (text: string): string[] => {
  const names = text.split(",").map((name) => name.trim());
  if (names.length < 2 || names.includes("") || new Set(names).size < names.length)
    throw new InvalidArgumentError("expected two or more different names, such as cat,dog.");
  return names;
};

export const evaluateCommand = (): Command =>
  withReadOptions(new Command("evaluate"))
    .description(
      "Asks a model about rows of a table, or pictures, whose answers are known, and says how good its own are. Of classes: error with its interval, accuracy, balanced accuracy, precision, recall, F1, areas under the ROC and the precision-recall curve, log loss, Brier score and calibration, for all and for each class; of values: root-mean-square and mean absolute error, R² and how large errors are. Of tables also which columns the model needs. --report writes a page with the curves, residuals and worst mistakes.",
    )
    .argument("<model>", "a run folder, or an ONNX model that learned from a table or takes pictures")
    .argument(
      "<data>",
      'a table with the column that is predicted; or a folder with a folder for each class, a ZIP or tar file of one, Parquet, CIFAR or IDX files, or "digits"',
    )
    .addOption(
      new Option("--part <name>", "the part of the data (default: test, where there is one)").choices(
        partNames,
      ),
    )
    .option(
      "--positive <class>",
      "of two classes the one that precision, recall and F1 are about (default: the second)",
    )
    .option(
      "--classes <names>",
      "the model's classes in order, where it does not name them: cat,dog",
      classNames,
    )
    .option(
      "--tta <views>",
      'views of each picture over which answers are averaged: "flip", "shift", "flip,shift"',
    )
    .addOption(
      new Option(
        "--on-bad <what>",
        "a picture that cannot be used ends it, or is left out (default: named, and the exit code is 1)",
      ).choices(["refuse", "skip"]),
    )
    .option("--image-column <name>", "column of Parquet files that holds the pictures")
    .option("--label-column <name>", "column of Parquet files that holds the classes")
    .option("--report <file>", "writes an HTML page: curves, confusions, the worst mistakes")
    .option(
      "--json",
      "text on the error stream, and one line of JSON as the output (metrics as shares, error in percent)",
    )
    .addHelpText(
      "after",
      `
Examples:
  steepest evaluate runs/20261127-021500-houses sold.csv --report evaluation.html
  steepest evaluate runs/20261122-170509-digits digits --report evaluation.html
  steepest evaluate runs/20261126-181503-images photos/test
  steepest evaluate model.onnx path/to/mnist --json`,
    )
    .action(evaluate);

import { basename, extname, join, resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { type CsvOptions, dateOrders, decimals, encodings } from "../../data/csv.js";
import { SteepestError, UsageError } from "../../errors.js";
import { png } from "../../figures/index.js";
import { requireWritable, writeFileSafely } from "../../files.js";
import { missing } from "../../missing.js";
import {
  type CertifiedProblem,
  certificatePicture,
  certifyProblem,
  type Model,
  models,
  stepSize,
} from "../../theory/index.js";
import { writeOrRescue } from "../../train/rescue.js";
import { type Asked, contentOf, requireSameQuestion, stemOf } from "../../train/result-file.js";
import { version } from "../../version.js";
import { certificateText, problemText } from "../certificate-text.js";
import { type CsvProblem, readCsvProblem } from "../csv-problem.js";
import { notNegative, place, whole } from "../options.js";
import { exitCodes, say, sayJson } from "../output.js";

interface CertifyOptions {
  readonly target: string;
  readonly model: Model;
  readonly lambda?: number;
  readonly eta: string;
  readonly steps: number;
  readonly intercept?: boolean;
  readonly standardise?: boolean;
  readonly header: "yes" | "no" | "detect";
  readonly missing: "error" | "drop" | "mean";
  readonly categorical?: string[];
  readonly ignore?: string[];
  readonly separator?: string;
  readonly decimal: NonNullable<CsvOptions["decimal"]>;
  readonly dates: NonNullable<CsvOptions["dates"]>;
  readonly encoding: NonNullable<CsvOptions["encoding"]>;
  readonly out: string;
  readonly strict?: boolean;
  readonly json?: boolean;
}

const defaults = { eta: "1/L", steps: 1000, header: "detect", missing: "error" } as const;

/** What an option of reading is called in a file's name; nothing where it was left to be detected. */
const chosen = (value: string): string | undefined =>
  value === "detect" ? undefined : value === "," ? "comma" : value === "." ? "point" : value;

const learningRate = (text: string): string => {
  try {
    stepSize(text, 1);
  } catch {
    throw new InvalidArgumentError(
      "expected a positive number such as 0.01, or one relative to L: 1/L, 2.1/L.",
    );
  }
  return text;
};

const list = (text: string): string[] => text.split(",").map((name) => name.trim());

/** The options that the numbers depend on, where they are not the default. */
const settingsOf = ({
  target,
  lambda,
  eta,
  steps,
  intercept,
  standardise,
  ...reading
}: CertifyOptions): Asked => ({
  target,
  lambda,
  eta: eta === defaults.eta ? undefined : eta,
  steps: steps === defaults.steps ? undefined : steps,
  intercept,
  standardise,
  header: reading.header === defaults.header ? undefined : reading.header,
  missing: reading.missing === defaults.missing ? undefined : reading.missing,
  categorical: reading.categorical?.join(),
  ignore: reading.ignore?.join(),
  separator: reading.separator,
  decimal: chosen(reading.decimal),
  dates: chosen(reading.dates),
  encoding: chosen(reading.encoding),
});

/** What `--json` says; the file holds the same with the whole series. */
const summary = (file: string, options: CertifyOptions, csv: CsvProblem, result: CertifiedProblem) => {
  const { certificate, firstViolation, L, mu, finalValue, minimum, minimumKnown, series, w } = result;
  const end = series.at(-1);
  return {
    data: file,
    target: options.target,
    model: result.model,
    rows: result.rows,
    columns: result.columns,
    intercept: options.intercept === true,
    standardised: options.standardise === true,
    lambda: result.lambda,
    L: L.value,
    mu: mu.value,
    constants: { L, mu, minimum: minimumKnown },
    conditionNumber: result.conditionNumber,
    eta: result.eta,
    etaTimesL: certificate.etaTimesL,
    promised: certificate.promised,
    steps: result.steps,
    stopped: result.stopped,
    minimum,
    bound: end?.bound ?? null,
    linearBound: end?.linearBound ?? null,
    measured: Math.max(0, finalValue - minimum),
    outcome: certificate.outcome,
    holds: certificate.holds,
    firstViolation: firstViolation ?? null,
    inequalities: certificate.inequalities,
    iterations: result.iterations,
    rate: result.rate ?? null,
    weights: Object.fromEntries(csv.columns.map((name, j) => [name, w[j] ?? missing()])),
    notes: csv.notes,
  };
};

/** Writes the picture, if there was a step to draw, and the numbers. */
const save = async (stem: string, result: CertifiedProblem, record: object, title: string) => {
  const json = `${stem}.json`;
  const numbers = { version, ...record, series: result.series };
  await writeFileSafely(json, `${JSON.stringify(numbers, undefined, 1)}\n`);
  if (result.series.length === 0) return { json };
  const picture = await certificatePicture(result, title);
  const files = { json, svg: `${stem}.svg`, png: `${stem}.png` };
  await writeFileSafely(files.svg, picture.svg);
  await writeFileSafely(files.png, await png(picture));
  return files;
};

const certify = async (file: string, options: CertifyOptions): Promise<void> => {
  const { target, model, lambda, eta, steps, header, missing, categorical, ignore } = options;
  const { intercept = false, standardise = false, json = false, separator } = options;
  if (model === "least-squares" && lambda !== undefined) {
    throw new UsageError("certify: least squares has no penalty; leave out --lambda, or take --model ridge");
  }
  const { out } = options;
  const stem = stemOf(`${basename(file, extname(file))}-${model}`, settingsOf(options));
  const asked = { data: resolve(file), content: await contentOf(file), model, ...settingsOf(options) };
  await requireWritable(out);
  await requireSameQuestion(join(out, `${stem}.json`), asked);
  const csv = await readCsvProblem(file, {
    target,
    model,
    missing,
    intercept,
    standardise,
    header: header === "detect" ? header : header === "yes",
    decimal: options.decimal,
    dates: options.dates,
    encoding: options.encoding,
    ...(separator === undefined ? {} : { delimiter: separator === "tab" ? "\t" : separator }),
    ...(categorical === undefined ? {} : { categorical }),
    ...(ignore === undefined ? {} : { ignore }),
  });
  say(`${problemText(file, model, target, csv, { intercept, standardise })}\n`, json);
  const { X, y } = csv;
  const result = await certifyProblem({
    X,
    y,
    model,
    eta,
    steps,
    ...(lambda === undefined ? {} : { lambda }),
  });
  if (result.squaredDistance === 0 || result.initialValue <= result.minimum) {
    throw new SteepestError(
      `${file}: w = 0 is the minimiser already, since no feature says anything about "${target}"; there is nothing to descend`,
    );
  }
  say(certificateText(result), json);
  if (!standardise && (result.certificate.outcome === "undecided" || (result.conditionNumber ?? 0) > 1e4)) {
    say("\nhint: features of very different scale make L/mu and rounding large; try --standardise", json);
  }
  const record = summary(file, options, csv, result);
  const { result: files, problem } = await writeOrRescue(out, (folder) =>
    save(join(folder, stem), result, { asked, ...record }, `${basename(file)}, ${model}`),
  );
  say(`\nwritten: ${Object.values(files).join(", ")}`, json);
  if (json) sayJson({ ...record, files });
  if (problem) throw problem;
  const { outcome, promised } = result.certificate;
  if (outcome === "violated" && (promised === true || options.strict)) process.exitCode = exitCodes.failed;
};

export const certifyCommand = (): Command =>
  new Command("certify")
    .description(
      [
        "Fits least squares, ridge or logistic regression to a CSV file by gradient descent and checks the theory at every step.",
        "It computes L, the largest curvature of f, and mu, the smallest; takes the learning rate eta = 1/L; and prints what theory promises beside what happened: the descent lemma (every step lowers f by at least (eta/2)·‖∇f‖²), the O(1/T) bound ‖w_0 − w*‖²/(2·eta·T) and, where mu > 0, the linear rate (1 − eta·mu)^T. The first violation is named. L, mu and f* come with how they are known: exact, a bound, or an estimate; what float64's rounding hides is called undecided.",
        "Writes the picture (SVG, PNG) and all numbers (JSON).",
      ].join("\n\n"),
    )
    .argument("<file>", "a CSV file; text columns become columns of 0 and 1, one for each text")
    .requiredOption("--target <column>", 'what to predict; "column3" where there is no header')
    .addOption(
      new Option("--model <name>", "which f to minimise").choices([...models]).default("least-squares"),
    )
    .option(
      "--lambda <number>",
      "strength of the penalty lambda·‖w‖² of ridge and logistic (default 1)",
      notNegative,
    )
    .addOption(
      new Option("--eta <rate>", "learning rate: a number, or relative to L as 2.1/L")
        .argParser(learningRate)
        .default(defaults.eta),
    )
    .addOption(
      new Option("--steps <n>", "steps of gradient descent, from w = 0")
        .argParser(whole)
        .default(defaults.steps),
    )
    .option("--intercept", "add a column of ones to X")
    .option("--standardise", "shift and scale every feature to mean 0 and standard deviation 1")
    .addOption(
      new Option("--header <when>", "whether the first row names the columns")
        .choices(["yes", "no", "detect"])
        .default(defaults.header),
    )
    .addOption(
      new Option("--missing <policy>", "missing values: report them, drop their rows, or fill in the mean")
        .choices(["error", "drop", "mean"])
        .default(defaults.missing),
    )
    .option(
      "--categorical <columns>",
      "exactly these hold classes, not numbers: a,b (default: those of text)",
      list,
    )
    .option("--ignore <columns>", "leave these out: id,name", list)
    .option(
      "--separator <character>",
      'between cells: ",", ";", tab, … (default: what cuts the rows into equally many)',
    )
    .addOption(
      new Option("--decimal <mark>", 'the mark before a fraction, "." or ","')
        .choices(["detect", ...decimals])
        .default("detect"),
    )
    .addOption(
      new Option("--dates <order>", "which comes first in 1/2/2024")
        .choices(["detect", ...dateOrders])
        .default("detect"),
    )
    .addOption(
      new Option("--encoding <name>", "of the file's characters")
        .choices(["detect", ...encodings])
        .default("detect"),
    )
    .addOption(
      new Option("--out <folder>", "where the files are written")
        .argParser(place)
        .default(join("runs", "certify")),
    )
    .option("--strict", "exit code 1 where the guarantee was violated, whatever eta was")
    .option("--json", "text on the error stream, and one line of JSON as the output")
    .addHelpText(
      "after",
      `
Exit code: 0 also where an eta above 1/L provoked a violation, which is a result (1 with --strict);
1 where the guarantee failed although eta <= 1/L.

Examples:
  printf 'size,rooms,rent\\n50,2,700\\n80,3,990\\n35,1,560\\n64,2,850\\n' > rents.csv
  steepest certify rents.csv --target rent --intercept --standardise
  steepest certify rents.csv --target rent --eta 2.1/L     (too long a step: see where the guarantee breaks)
  steepest certify rents.csv --target rent --model ridge --lambda 10 --steps 5000 --json`,
    )
    .action(certify);

import { UsageError } from "../errors.js";

/** "RMSProp", "rms_prop" and "rms-prop" are one name. */
const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/**
 * The choice of that name, however it is spelt, or known by another name. Throws listing the names there are.
 */
export const choiceNamed = <Name extends string>(
  option: string,
  names: readonly Name[],
  name: string,
  others: Readonly<Record<string, Name>> = {},
): Name => {
  const found =
    names.find((each) => plain(each) === plain(name)) ??
    (Object.hasOwn(others, plain(name)) ? others[plain(name)] : undefined);
  if (found === undefined) {
    throw new UsageError(`${option} ${name}: there is none of that name; choose from ${names.join(", ")}`);
  }
  return found;
};

/** Options as other libraries call them. */
const otherNames: Readonly<Record<string, string>> = {
  lr: "learning-rate",
  rate: "learning-rate",
  eta: "learning-rate",
  batch: "batch-size",
  bs: "batch-size",
  epoch: "epochs",
  "num-epochs": "epochs",
  opt: "optimizer",
  optim: "optimizer",
  optimiser: "optimizer",
  wd: "weight-decay",
  hidden: "layers",
  "hidden-layers": "layers",
  units: "layers",
  scheduler: "schedule",
  "lr-schedule": "schedule",
  "lr-scheduler": "schedule",
  patience: "early-stopping",
  val: "validation",
  "val-split": "validation",
  "validation-split": "validation",
  clip: "clip-norm",
  "clip-grad-norm": "clip-norm",
  "max-grad-norm": "clip-norm",
  "random-seed": "seed",
  "random-state": "seed",
  "num-threads": "threads",
  jobs: "threads",
  output: "out",
  "out-dir": "out",
  "output-dir": "out",
  standardize: "standardise",
  normalize: "standardise",
  normalise: "standardise",
  label: "target",
  separator: "delimiter",
  sep: "delimiter",
  delimiter: "separator",
  y: "target",
  iterations: "steps",
};

/** Options of other libraries that mean something else here. */
const notSo: Readonly<Record<string, { readonly instead: string; readonly why: string }>> = {
  dropout: {
    instead: "keep",
    why: "--keep gives the probability that a unit is kept, 1 minus the dropout rate",
  },
};

/** `--learning_rate` and `--learningRate` as "learning-rate". */
const kebab = (name: string): string =>
  name
    .replace(/([a-z])([A-Z])/g, "$1-$2")
    .replaceAll("_", "-")
    .toLowerCase();

/**
 * Command line arguments with the options of a command under the names that it knows them by; `note` is told of each that was
 * called otherwise. Throws for an option that means something else here.
 */
export const withKnownOptions = (
  words: readonly string[],
  known: readonly string[],
  note: (line: string) => void,
): string[] =>
  words.map((word) => {
    const [, given, rest = ""] = /^--([A-Za-z][\w-]*)(=.*)?$/s.exec(word) ?? [];
    if (given === undefined || known.includes(given)) return word;
    const name = kebab(given);
    const different = notSo[name];
    if (different && known.includes(different.instead)) {
      throw new UsageError(`unknown option --${given}: ${different.why}`);
    }
    const meant = known.includes(name) ? name : otherNames[name];
    if (meant === undefined || !known.includes(meant)) return word;
    note(`--${given} is called --${meant} here`);
    return `--${meant}${rest}`;
  });

import { type Target, targetSize } from "../data/dataset.js";
import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import { type Measured, type Metric, saidOf } from "../metrics/metric.js";
import { missing } from "../missing.js";
import type { LossTerm } from "../nn/objective.js";
import { listed, shown } from "../shown.js";

/** Metrics to measure, by the names that they are to have; where a network has several outputs, those of each under its name. */
export type Metrics = Readonly<Record<string, Metric | Readonly<Record<string, Metric>>>>;

/** A metric of one output, whose name has the output's where there are several: `kind.f1`. */
export interface NamedMetric {
  readonly name: string;
  readonly output: string;
  readonly metric: Metric;
}

/** Everything that was answered on one output, and what is true. */
export interface Answered {
  readonly target: Target;
  readonly answers: Float32Array;
  readonly targets: ArrayLike<number>;
  /** One for each example. */
  readonly weights?: ArrayLike<number>;
}

/** What every score has. */
const reserved = ["loss", "error"];

const isMetric = (given: unknown): given is Metric =>
  typeof given === "object" &&
  given !== null &&
  "of" in given &&
  typeof given.of === "function" &&
  "better" in given;

const requireMetric = (where: string, name: string, given: unknown): Metric => {
  if (isMetric(given)) return given;
  throw new SteepestError(
    `${where}: the metric ${shown(name)} is ${givenText(given)}; give one such as rocAuc()`,
  );
};

/** The metrics that were chosen. Throws where one is none, has a name that scores have already, is of no output, or not for its targets. */
export const metricsFor = (
  where: string,
  given: Metrics | undefined,
  terms: readonly Pick<LossTerm, "output" | "described">[],
): NamedMetric[] => {
  const outputs = terms.map(({ output }) => output);
  if (given !== undefined && (typeof given !== "object" || given === null || Array.isArray(given))) {
    throw new SteepestError(
      `${where}: metrics is ${givenText(given)}; give them by name, as in { auc: rocAuc() }`,
    );
  }
  const [only, ...others] = outputs;
  const named = Object.entries(given ?? {}).flatMap(([name, entry]): NamedMetric[] => {
    if (reserved.includes(name)) {
      throw new SteepestError(`${where}: a metric cannot be called "${name}", which every score has`);
    }
    if (typeof entry === "object" && entry !== null && outputs.includes(name) && !isMetric(entry)) {
      return Object.entries(entry).map(([local, metric]) => ({
        name: `${name}.${local}`,
        output: name,
        metric: requireMetric(where, `${name}.${local}`, metric),
      }));
    }
    const metric = requireMetric(where, name, entry);
    if (only === undefined || others.length > 0) {
      throw new SteepestError(
        `${where}: the network has ${only === undefined ? "no outputs with targets" : `the outputs ${listed(outputs)}`}; say which the metric "${name}" is of, as in { ${only ?? "output"}: { ${name}: … } }`,
      );
    }
    return [{ name, output: only, metric }];
  });
  for (const { name, output, metric } of named) {
    const { kind } = terms.find((term) => term.output === output)?.described ?? missing();
    if (kind === "mixture") throw onlyTrained();
    if (metric.takes === undefined || metric.takes.includes(kind)) continue;
    throw new SteepestError(
      `${where}: the metric ${shown(name)} (${metric.name}) is for ${metric.takes.map((each) => saidOf[each]).join(" and ")}, the targets are ${saidOf[kind]}; choose another`,
    );
  }
  return named;
};

const onlyTrained = () => new Error("internal error: mixtures of classes are evaluated as classes");

/** Whether a row's targets were left out. */
const isLeftOut = ({ target, targets }: Answered, row: number, perRow: number): boolean => {
  for (let j = 0; j < perRow; j++) {
    const value = targets[row * perRow + j] ?? missing();
    if (target.kind === "class" ? value === -1 : Number.isNaN(value)) return true;
  }
  return false;
};

/** What was answered as a metric takes it: a row for each example, or for each place of one, without those that have no target. */
const measuredOf = (answered: Answered): Measured => {
  const { target, answers, targets, weights } = answered;
  if (target.kind === "mixture") throw onlyTrained();
  const size = targetSize(target);
  const [width, perRow, rowsPerExample] =
    target.kind === "class" ? [target.classes, 1, size] : [size, size, 1];
  const weightOf = weights && ((row: number) => weights[Math.floor(row / rowsPerExample)] ?? missing());
  const all: Measured = {
    kind: target.kind,
    width,
    answers,
    targets,
    ...(weightOf && { weights: Array.from({ length: targets.length / perRow }, (_, row) => weightOf(row)) }),
  };
  if (target.kind === "labels" || !target.partial) return all;
  const kept = Array.from({ length: targets.length / perRow }, (_, row) => row).filter(
    (row) => !isLeftOut(answered, row, perRow),
  );
  const rows = (values: ArrayLike<number>, per: number) =>
    kept.flatMap((row) => Array.from({ length: per }, (_, j) => values[row * per + j] ?? missing()));
  return {
    ...all,
    answers: rows(answers, width),
    targets: rows(targets, perRow),
    ...(weightOf && { weights: kept.map(weightOf) }),
  };
};

/** Every metric of what was answered, by its name. */
export const measure = (
  metrics: readonly NamedMetric[],
  answered: Readonly<Record<string, Answered>>,
): Record<string, number> => {
  const measured = new Map<string, Measured>();
  return Object.fromEntries(
    metrics.map(({ name, output, metric }) => {
      const of = measured.get(output) ?? measuredOf(answered[output] ?? missing());
      measured.set(output, of);
      return [name, metric.of(of)];
    }),
  );
};

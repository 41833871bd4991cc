import { countClasses } from "../data/count-classes.js";
import { UsageError } from "../errors.js";
import { missing } from "../missing.js";
import { gradientDescent } from "../optim/rules/gradientDescent.js";
import type { TableRecord } from "../report/table-record.js";
import { simpleModelsBeside } from "../tables/beside.js";
import { planTable, type TableDefaults } from "../tables/defaults.js";
import { columnsText } from "../tables/encoder-text.js";
import { fitLinearModel, networkOfLinearModel } from "../tables/linear-model.js";
import { loadTable, type TableTask } from "../tables/load.js";
import { loadTableModel } from "../tables/predict.js";
import { type Run, soleAnswers } from "../train/run.js";
import { choiceNamed } from "./names.js";
import { given, type Plan, type PlanOptions, watching } from "./plan.js";
import { readingOf } from "./table-options.js";
import { tableRecordOf } from "./table-record.js";
import { onCommandLine } from "./wording.js";

/** Options that are for pictures and other tasks. */
const notForTables = [
  "keep",
  "augment",
  "tta",
  "size",
  "onBad",
  "imageColumn",
  "labelColumn",
  "data",
  "schedule",
  "optimizer",
  "maxNorm",
  "l2",
] as const;

/** A class is rare where another has so many times as many rows. */
const RARE = 10;

/** What is to be said of classes that are far from equally frequent. */
const imbalance = async ({ encoder, splits }: TableTask, weighted: boolean): Promise<readonly string[]> => {
  const [target, ...others] = encoder.targets;
  if (target?.kind !== "class" || others.length > 0) return [];
  const counts = await countClasses(splits.train, "target");
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (least * RARE > most) return [];
  const [rare, frequent] = [counts.indexOf(least), counts.indexOf(most)].map(
    (k) => target.classes[k] ?? missing(),
  );
  return [
    `classes are far from equally frequent: ${least} rows of "${rare}", ${most} of "${frequent}"; ${weighted ? "each counts as much as another" : "--weight-classes lets each count as much as another"}`,
  ];
};

/** Models of a table by name. */
const models = ["network", "linear"] as const;

const modelOf = (name: string | undefined) =>
  name === undefined ? "network" : choiceNamed("--model", models, name);

type Learning = Pick<Plan, "network" | "options" | "described">;

/** The default network, as far as nothing else was said. */
const networkPlan = (table: TableTask, options: PlanOptions): Learning => {
  const change: Partial<TableDefaults> = given({
    hidden: options.layers,
    learningRate: options.learningRate,
    weightDecay: options.weightDecay,
    epochs: options.epochs,
    batchSize: options.batchSize,
    patience: options.earlyStopping,
  });
  const {
    network,
    options: fitting,
    chosen,
  } = planTable(table, {
    change,
    seed: options.seed ?? 0,
    ...(options.weightClasses ? { classWeights: "balanced" as const } : {}),
  });
  return {
    network,
    options: fitting,
    described: {
      network: `${chosen.members === 1 ? "" : `${chosen.members} x `}${chosen.hidden.join("-") || "no hidden layers"}`,
      keep: chosen.keep,
      optimizer: "adamW",
      learningRate: chosen.learningRate,
      schedule: "cosine",
      weightDecay: chosen.weightDecay,
    },
  };
};

/** What a trained model makes of the test rows, or without any of those that it was watched on. */
const recordOf = async (run: Run, { encoder, file, parts, splits }: TableTask): Promise<TableRecord> => {
  const part = splits.test ? "test" : splits.validation ? "validation" : "train";
  const rows = part === "train" ? "training rows" : `${part} rows`;
  const model = await loadTableModel(await run.model(), encoder);
  try {
    return await tableRecordOf(model, {
      rows,
      data: splits[part] ?? missing(),
      file,
      numbers: parts[part],
    });
  } finally {
    await model.session.release();
  }
};

/** Options of a training, which a model that is solved for has none of. */
const notForLinear = [
  "layers",
  "learningRate",
  "weightDecay",
  "epochs",
  "earlyStopping",
  "weightClasses",
] as const;

/** The linear model, solved for; the one epoch at a rate of 0 measures it as every other run is. */
const linearPlan = async (table: TableTask, options: PlanOptions): Promise<Learning> => {
  const surplus = notForLinear.find((name) => options[name] !== undefined);
  if (surplus !== undefined)
    throw new UsageError(
      `${onCommandLine(surplus)} is not for --model linear, which is solved for; leave it out`,
    );
  const seed = options.seed ?? 0;
  const model = await fitLinearModel(table, { seed });
  const change = { epochs: 1, ...given({ batchSize: options.batchSize }) };
  const { options: fitting } = planTable(table, { change, seed });
  return {
    network: networkOfLinearModel(model, table.encoder),
    options: { ...fitting, optimizer: gradientDescent({ learningRate: 0 }) },
    described: {
      network: model.kind === "ridge" ? "ridge regression" : "softmax regression",
      solved: `on ${model.rows} rows, not trained`,
      lambda: model.lambda,
    },
  };
};

/** A table that is to be learned, with what suits it wherever the command line says nothing else. */
export const planOfTable = async (path: string, options: PlanOptions): Promise<Plan> => {
  const surplus = notForTables.find((name) => options[name] !== undefined);
  if (surplus !== undefined)
    throw new UsageError(`${onCommandLine(surplus)} is not for tables; leave it out`);
  const { target, task, types, ignore, decimal, dates, test, group, time, weightClasses = false } = options;
  if (target === undefined) {
    throw new UsageError(`${path}: say which column is to be predicted: --target <column>`);
  }
  if (options.fold !== undefined && test !== undefined)
    throw new UsageError(`--test ${test} does not go with --folds, which divide all rows; leave it out`);
  const seed = options.seed ?? 0;
  const table = await loadTable(path, {
    ...given({
      task,
      types,
      ignore,
      decimal,
      dates,
      test,
      group,
      time,
      fold: options.fold,
      validation: options.validation,
    }),
    ...readingOf(options),
    target: target.split(",").map((name) => name.trim()),
    seed,
  });
  const isLinear = modelOf(options.model) === "linear";
  const { earlyStopping: _, ...watched } = watching(options);
  const {
    network,
    options: fitting,
    described,
  } = isLinear ? await linearPlan(table, options) : networkPlan(table, options);
  return {
    name: table.name,
    data: table.splits,
    network,
    options: { ...fitting, ...watched, ...given({ clipNorm: options.clipNorm, threads: options.threads }) },
    described: { ...described, target },
    notes: [...table.notes, ...columnsText(table.encoder), ...(await imbalance(table, weightClasses))],
    table: (run) => recordOf(run, table),
    ask: "new.csv --out predictions.csv",
    beside: (run) =>
      simpleModelsBeside(
        table,
        { name: isLinear ? "the linear model" : "the network", answers: soleAnswers(run), isLinear },
        { seed },
      ),
  };
};

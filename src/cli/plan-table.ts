import { countClasses } from "../data/count-classes.js";
import { UsageError } from "../errors.js";
import { missing } from "../missing.js";
import { planTable, type TableDefaults } from "../tables/defaults.js";
import { columnsText, loadTable, type TableTask } from "../tables/load.js";
import { given, type Plan, type PlanOptions, watching } from "./plan.js";
import { tableWording } from "./table-options.js";
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

/** A table that is to be learned, with what suits it wherever the command line says nothing else. */
export const planOfTable = async (path: string, options: PlanOptions): Promise<Plan> => {
  const surplus = notForTables.find((name) => options[name] !== undefined);
  if (surplus !== undefined)
    throw new UsageError(`${onCommandLine(surplus)} is not for tables; leave it out`);
  const {
    target,
    task,
    types,
    ignore,
    decimal,
    dates,
    delimiter,
    encoding,
    header,
    test,
    group,
    time,
    weightClasses = false,
  } = options;
  if (target === undefined) {
    throw new UsageError(`${path}: say which column is to be predicted: --target <column>`);
  }
  const seed = options.seed ?? 0;
  const table = await loadTable(path, {
    ...given({
      task,
      types,
      ignore,
      decimal,
      dates,
      delimiter,
      encoding,
      test,
      group,
      time,
      validation: options.validation,
    }),
    ...(header === false ? { header } : {}),
    target: target.split(",").map((name) => name.trim()),
    seed,
    wording: tableWording,
  });
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
  } = planTable(table, { change, seed, ...(weightClasses ? { classWeights: "balanced" as const } : {}) });
  const { earlyStopping: _, ...watched } = watching(options);
  return {
    name: table.name,
    data: table.splits,
    network,
    options: { ...fitting, ...watched, ...given({ clipNorm: options.clipNorm, threads: options.threads }) },
    described: {
      network: `${chosen.members === 1 ? "" : `${chosen.members} x `}${chosen.hidden.join("-") || "no hidden layers"}`,
      keep: chosen.keep,
      optimizer: "adamW",
      learningRate: chosen.learningRate,
      schedule: "cosine",
      weightDecay: chosen.weightDecay,
      target,
    },
    notes: [...table.notes, ...columnsText(table.encoder), ...(await imbalance(table, weightClasses))],
  };
};

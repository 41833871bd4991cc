import { type Dataset, soleInput, soleTarget } from "../data/dataset.js";
import { SteepestError, UsageError } from "../errors.js";
import { buildModel } from "../nn/build.js";
import type { Layer } from "../nn/index.js";
import { l2 } from "../optim/compositions/penalties.js";
import { maxNorm } from "../optim/constraints.js";
import { type Composition, onWeights, type RuleFor, weightDecay } from "../optim/index.js";
import { optimizers } from "../optim/optimizers.js";
import { optimizerNamed, scheduleNamed, schedules } from "./optimizers.js";
import { given, type Plan, type PlanOptions, watching } from "./plan.js";
import { augmentationNamed } from "./tasks/augmentations.js";
import { pictureNetwork, type Suits, suitsOf } from "./tasks/models.js";
import { parseKeep, reluNetwork } from "./tasks/network.js";
import { defaultsFor, type Task, type TaskDefaults } from "./tasks/tasks.js";
import { viewsFrom, viewsText } from "./views.js";
import { onCommandLine } from "./wording.js";

const outputsOf = (data: Dataset): number => {
  const { target, size } = soleTarget(data);
  return target.kind === "class" ? target.classes : size;
};

interface ChosenNetwork {
  readonly network: Layer;
  readonly described: Readonly<Record<string, string>>;
}

/** The dense network of a task, and how it is described. */
const denseNetwork = (train: Dataset, defaults: TaskDefaults, options: PlanOptions): ChosenNetwork => {
  if (options.tta !== undefined)
    throw new UsageError(`--tta ${options.tta} is for networks for pictures; name one by --model`);
  const hidden = options.layers ?? defaults.hidden ?? [];
  const keep = options.keep ?? defaults.keep ?? "1";
  const outputs = outputsOf(train);
  return {
    network: reluNetwork(hidden, outputs, parseKeep(keep)),
    described: { network: [...soleInput(train).field.shape, ...hidden, outputs].join("-"), keep },
  };
};

/** Throws where pictures are too small for a network. */
const requireFit = (model: string, network: Layer, train: Dataset): void => {
  const { shape, image } = soleInput(train).field;
  try {
    buildModel(network, shape);
  } catch (error) {
    if (!(error instanceof SteepestError)) throw error;
    const [reason] = error.message.split(";");
    throw new UsageError(
      `--model ${model} does not take pictures of ${image?.width} x ${image?.height} (${reason}): name another, or larger pictures by --size`,
      { cause: error },
    );
  }
};

/** A network for pictures by its name, and how it is described. */
const convolutional = (model: string, train: Dataset, suits: Suits, options: PlanOptions): ChosenNetwork => {
  for (const name of ["layers", "keep"] as const) {
    if (options[name] !== undefined)
      throw new UsageError(`--${name} is for --model dense; ${model} has its own`);
  }
  const views = options.tta === undefined ? suits.views : viewsFrom(options.tta);
  const network = pictureNetwork(model, soleInput(train).field.image, outputsOf(train), views);
  requireFit(model, network, train);
  return {
    network,
    described: { network: model, ...(views ? { views: viewsText(views) } : {}) },
  };
};

/** The update rule, and how it is described: the network's own where none is asked for. */
const ruleOf = (suits: Suits, options: PlanOptions) => {
  const own = options.optimizer === undefined && options.schedule === undefined ? suits.rule : undefined;
  if (own) {
    const learningRate = options.learningRate ?? own.learningRate;
    return {
      rule: own.make(learningRate),
      described: { optimizer: own.name, learningRate, schedule: own.schedule },
    };
  }
  const optimizer = optimizerNamed(options.optimizer ?? "adam");
  const schedule = scheduleNamed(options.schedule ?? "cosine");
  const { make, learningRate: usual } = optimizers[optimizer];
  const learningRate = options.learningRate ?? (optimizer === "adam" ? (suits.learningRate ?? usual) : usual);
  return {
    rule: make({ learningRate: schedules[schedule](learningRate) }),
    described: { optimizer, learningRate, schedule },
  };
};

/** Options that say how pictures are read. */
const readingOptions = ["size", "onBad", "imageColumn", "labelColumn"] as const;

/** A built-in task, with what suits it wherever the command line says nothing else. */
export const planTask = async (task: Task, options: PlanOptions): Promise<Plan> => {
  if (options.data !== undefined && !task.takesData) {
    throw new UsageError(
      `--data ${options.data}: ${task.name} makes its own data; --data is for the tasks that read some`,
    );
  }
  for (const name of readingOptions) {
    if (options[name] !== undefined && !task.readsPictures)
      throw new UsageError(`${onCommandLine(name)} is for tasks that read pictures: images`);
  }
  const seed = options.seed ?? 0;
  const loaded = await task.load({
    seed,
    ...given({
      data: options.data,
      size: options.size,
      onBad: options.onBad,
      imageColumn: options.imageColumn,
      labelColumn: options.labelColumn,
    }),
  });
  const { data } = loaded;
  try {
    const defaults = await defaultsFor(task, data);
    const model = options.model ?? defaults.model ?? "dense";
    const ofModel = model === "dense" ? {} : suitsOf(model);
    const suits = defaults.views && ofModel.views ? { ...ofModel, views: defaults.views } : ofModel;
    // What was chosen from the data at hand goes before what suited a network elsewhere.
    const course = typeof task.defaults === "function" ? {} : suits;
    const whole = options.model !== undefined && course.epochs !== undefined;
    const { network, described: ofNetwork } =
      model === "dense"
        ? denseNetwork(data.train, defaults, options)
        : convolutional(model, data.train, suits, options);
    const { rule, described: ofRule } = ruleOf(suits, options);
    const decay: Composition | undefined = options.weightDecay ? weightDecay(options.weightDecay) : undefined;
    const rules: RuleFor = decay ? onWeights(decay, rule) : rule;
    const augmenting = options.augment ?? defaults.augment ?? suits.augment ?? "none";
    const constraint = options.maxNorm === undefined ? suits.constraint : maxNorm(options.maxNorm);
    const { image } = soleInput(data.train).field;
    return {
      name: task.name,
      data,
      network,
      ...given({ notes: loaded.notes, close: loaded.close }),
      options: {
        optimizer: rules,
        epochs: options.epochs ?? (whole ? course.epochs : undefined) ?? defaults.epochs,
        batchSize: options.batchSize ?? course.batchSize ?? defaults.batchSize,
        seed,
        // A course that was chosen on examples set aside learns from all of them.
        validation: options.validation ?? (whole ? 0 : defaults.validation),
        ...(options.l2 ? { penalty: l2(options.l2) } : {}),
        ...watching(options),
        ...given({
          constraint,
          loss: suits.loss,
          initialization: suits.initialization,
          augment: augmentationNamed(augmenting, image),
          clipNorm: options.clipNorm,
          threads: options.threads,
        }),
      },
      described: {
        ...ofNetwork,
        ...ofRule,
        ...given({
          augment: augmenting === "none" ? undefined : augmenting,
          maxNorm: options.maxNorm,
          weightDecay: options.weightDecay,
          l2: options.l2,
          clipNorm: options.clipNorm,
        }),
      },
    };
  } catch (error) {
    await loaded.close?.();
    throw error;
  }
};

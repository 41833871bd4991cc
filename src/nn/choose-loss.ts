import { type Target, targetShape } from "../data/dataset.js";
import { SteepestError } from "../errors.js";
import { givenText } from "../given.js";
import { nearest, requireKnown } from "../options.js";
import { listed, shown } from "../shown.js";
import { binaryCrossEntropy } from "./losses/binaryCrossEntropy.js";
import { classWeightsOf } from "./losses/classWeights.js";
import { crossEntropy } from "./losses/crossEntropy.js";
import { kindsOf, type Loss, type TargetKind, type Tensors, type TotalLoss } from "./losses/loss.js";
import { meanSquaredError } from "./losses/values.js";
import { type LossTerm, type Objective, ofEverything, sumOfTerms } from "./objective.js";

/** A loss, and how much it counts beside others. */
export interface WeightedLoss {
  readonly loss: Loss;
  /** @defaultValue 1 */
  readonly weight?: number;
}

/** What is to be minimised: a loss; one for each output, by its name; or a function of inputs, outputs and targets. */
export type LossChoice = Loss | Readonly<Record<string, Loss | WeightedLoss>> | TotalLoss;

/** The usual losses for each kind of target. */
export const usual: Readonly<Record<TargetKind, () => Loss>> = {
  class: crossEntropy,
  value: meanSquaredError,
  labels: binaryCrossEntropy,
  mixture: crossEntropy,
};

const inWords: Readonly<Record<TargetKind, string>> = {
  class: "class numbers",
  value: "values",
  labels: "labels that hold or not",
  mixture: "mixtures of classes",
};

export const isLoss = (given: unknown): given is Loss =>
  typeof given === "object" &&
  given !== null &&
  "of" in given &&
  typeof given.of === "function" &&
  "target" in given;

/** What an objective is chosen for. */
export interface ChosenFor {
  /** The function that was given the loss, named in messages. */
  readonly where: string;
  /** The name of the data. */
  readonly data: string;
  readonly outputs: Tensors;
  readonly targets: Readonly<Record<string, Target>>;
  /** How many training examples there are of each class of a target, for weights that are "balanced". Undefined where nobody counted. */
  readonly counts?: Readonly<Record<string, readonly number[]>>;
}

/** The name of the target that an output is compared with: its own, or the only one where there is one output. */
const targetFor = (output: string, { outputs, targets }: ChosenFor): string | undefined => {
  if (Object.hasOwn(targets, output)) return output;
  const names = Object.keys(targets);
  return names.length === 1 && Object.keys(outputs).length === 1 ? names[0] : undefined;
};

/** Throws unless an output can be compared with its target by a loss. */
const checkTerm = (
  { where, data, outputs }: ChosenFor,
  { output, target, described, loss }: LossTerm,
): void => {
  const named = Object.keys(outputs).length === 1 ? "" : ` of ${shown(output)}`;
  if (!kindsOf(loss).includes(described.kind)) {
    throw new SteepestError(
      `${loss.name} takes ${kindsOf(loss)
        .map((kind) => inWords[kind])
        .join(
          " or ",
        )} as targets, but ${data} has ${inWords[described.kind]}${named && ` as ${shown(target)}`}; choose another loss`,
    );
  }
  const shape = (outputs[output]?.shape ?? []).slice(1).map(Number);
  const wanted = targetShape(described);
  if (loss.targetShape) {
    const takes = loss.targetShape(shape);
    if (`${takes}` === `${wanted}`) return;
    throw new SteepestError(
      `${where}: ${loss.name} takes targets of shape [${takes}] for outputs of shape [${shape}]${named}, but those of ${data} have [${wanted}]`,
    );
  }
  const full = described.kind === "class" ? [...wanted, described.classes] : wanted;
  if (`${full}` === `${shape}`) return;
  const [last, given] = [full.at(-1), shape.at(-1)];
  const has =
    described.kind === "class" || described.kind === "mixture"
      ? `${last} classes`
      : described.kind === "labels"
        ? `${last} labels`
        : `${last} target values`;
  throw new SteepestError(
    full.length === 1 && shape.length === 1
      ? `the network has ${given} outputs${named}, but ${data} has ${has}; end the network with linear(${last})`
      : `the network's output${named} has shape [${shape}], but ${data} has targets of shape [${wanted}]${described.kind === "class" ? ` and ${described.classes} classes` : ""}: it must be [${full}]${shape.length > 1 && full.length === 1 ? "; put flatten() before the linear layers" : ""}`,
  );
};

const termOf = (output: string, given: Loss | WeightedLoss, chosenFor: ChosenFor): LossTerm => {
  const { where, data, targets } = chosenFor;
  const target = targetFor(output, chosenFor);
  const described = target === undefined ? undefined : targets[target];
  if (target === undefined || described === undefined) {
    throw new SteepestError(
      `${where}: the output ${shown(output)} has a loss, but ${data} has no target of that name${Object.keys(targets).length > 0 ? `; its targets are ${listed(Object.keys(targets))}` : ""}`,
    );
  }
  const { loss, weight = 1 } = isLoss(given)
    ? { loss: given }
    : requireKnown(`${where}: loss of ${output}`, given, ["loss", "weight"]);
  if (!isLoss(loss)) {
    throw new SteepestError(
      `${where}: loss of ${shown(output)}: expected a loss such as crossEntropy(), got ${givenText(loss)}`,
    );
  }
  if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
    throw new SteepestError(
      `${where}: the weight of the loss of ${shown(output)} is ${givenText(weight)}; give a finite number that is not negative`,
    );
  }
  const { classWeights } = loss;
  const term = { output, target, described, loss, weight };
  checkTerm(chosenFor, term);
  return classWeights === undefined
    ? term
    : {
        ...term,
        classWeights: classWeightsOf(loss.name, classWeights, described, chosenFor.counts?.[target]),
      };
};

/** What each output's loss is, as far as it was said. */
const lossesOf = (
  choice: Loss | Readonly<Record<string, Loss | WeightedLoss>> | undefined,
  chosenFor: ChosenFor,
) => {
  const { where, data, outputs, targets } = chosenFor;
  const names = Object.keys(outputs);
  const compared = names.filter((output) => targetFor(output, chosenFor) !== undefined);
  if (choice === undefined) {
    if (Object.keys(targets).length === 0) {
      throw new SteepestError(
        `${where}: ${data} has no targets; give loss: a function of { inputs, outputs }, which returns the loss of each example`,
      );
    }
    return compared.map((output) => {
      const described = targets[targetFor(output, chosenFor) ?? ""];
      return [output, usual[described?.kind ?? "value"]()] as const;
    });
  }
  if (isLoss(choice)) {
    const [only, ...others] = compared;
    if (only !== undefined && others.length === 0) return [[only, choice] as const];
    throw new SteepestError(
      only === undefined
        ? `${where}: the network's outputs (${listed(names)}) and the targets of ${data} (${listed(Object.keys(targets)) || "none"}) have no name in common`
        : `${where}: the network has several outputs (${listed(compared)}); give a loss for each, as in loss: { ${compared.map((name) => `${name}: …`).join(", ")} }`,
    );
  }
  if (typeof choice !== "object" || choice === null || Array.isArray(choice)) {
    throw new SteepestError(
      `${where}: loss: expected a loss such as crossEntropy(), got ${givenText(choice)}`,
    );
  }
  const unknown = Object.keys(choice).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const near = nearest(unknown, names);
    throw new SteepestError(
      `${where}: there is no output ${shown(unknown)}; ${near === undefined ? `the network's outputs are ${listed(names)}` : `did you mean ${near}?`}`,
    );
  }
  return Object.entries(choice);
};

/**
 * What is minimised for a network's outputs on targets of some data: by default cross-entropy for classes, binary cross-entropy for labels and the squared error
 * for values. Throws where outputs, targets and losses do not belong together.
 */
export const chooseLoss = (choice: LossChoice | undefined, chosenFor: ChosenFor): Objective => {
  if (typeof choice === "function") return ofEverything(choice);
  const terms = lossesOf(choice, chosenFor).map(([output, given]) => termOf(output, given, chosenFor));
  const unused = Object.keys(chosenFor.targets).find((name) => !terms.some(({ target }) => target === name));
  if (unused !== undefined || terms.length === 0) {
    throw new SteepestError(
      `${chosenFor.where}: the target ${shown(unused ?? "")} of ${chosenFor.data} is compared with no output; the network's outputs are ${listed(Object.keys(chosenFor.outputs))}`,
    );
  }
  return sumOfTerms(terms);
};

/** The names of the targets whose classes must be counted before `chooseLoss`. */
export const balancedTargets = (
  choice: LossChoice | undefined,
  chosenFor: Omit<ChosenFor, "counts">,
): readonly string[] => {
  if (choice === undefined || typeof choice === "function") return [];
  return lossesOf(choice, chosenFor).flatMap(([output, given]) => {
    const { classWeights } = isLoss(given) ? given : (given.loss ?? {});
    const target = targetFor(output, chosenFor);
    return classWeights === "balanced" && target !== undefined ? [target] : [];
  });
};

import { countClasses } from "../data/count-classes.js";
import type { Dataset, ExampleKind } from "../data/dataset.js";
import type { Tensor } from "../graph/index.js";
import { balancedTargets, chooseLoss, type LossChoice } from "../nn/choose-loss.js";
import type { Tensors } from "../nn/losses/loss.js";
import type { Model, Network } from "../nn/model.js";
import { answerOf, type BatchLoss, type Objective } from "../nn/objective.js";
import { targetTensors, weightsTensor } from "../nn/targets.js";

/** What a graph is fed with beside a network's inputs. */
export interface FedTensors {
  readonly targets: Tensors;
  readonly weights?: Tensor;
}

/** The inputs for targets and weights of some kind of examples. */
export const fedTensors = ({ targets, weighted }: ExampleKind): FedTensors => ({
  targets: targetTensors(targets),
  ...(weighted ? { weights: weightsTensor() } : {}),
});

/** The inputs of a graph that computes a loss. */
export const fedInputs = ({ inputs }: Network, { targets, weights }: FedTensors): Tensor[] => [
  ...Object.values(inputs),
  ...Object.values(targets),
  ...(weights ? [weights] : []),
];

/** The loss of a network in one mode. */
export const lossOf = ({ of }: Objective, { inputs, outputs }: Network, fed: FedTensors): BatchLoss =>
  of({ inputs, outputs, ...fed });

/** What a network answers, by output: probabilities where its outputs are their logits. */
export const answersOf = ({ terms }: Objective, { outputs }: Network): Tensors =>
  Object.fromEntries(
    Object.entries(outputs).map(([name, output]) => {
      const term = terms.find((one) => one.output === name);
      return [name, term ? answerOf(term.loss, output) : output];
    }),
  );

const isDataset = (kind: ExampleKind): kind is Dataset => "read" in kind;

/** What is minimised on examples of a kind. Throws where losses, outputs and targets do not belong together. */
export const objectiveFor = async (
  where: string,
  kind: ExampleKind,
  { training: { outputs } }: Model,
  loss: LossChoice | undefined,
): Promise<Objective> => {
  const chosenFor = { where, data: kind.name, outputs, targets: kind.targets };
  if (!isDataset(kind)) return chooseLoss(loss, chosenFor);
  const counted = balancedTargets(loss, chosenFor)
    .filter((name) => kind.targets[name]?.kind === "class")
    .map(async (name) => [name, await countClasses(kind, name)] as const);
  return chooseLoss(loss, { ...chosenFor, counts: Object.fromEntries(await Promise.all(counted)) });
};

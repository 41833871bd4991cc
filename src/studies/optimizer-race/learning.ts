import { type Dataset, soleInput } from "../../data/dataset.js";
import { defaultEngine } from "../../engine/compile.js";
import { openSession } from "../../engine/training/open.js";
import { batch, input, mean, softplus, squaredNorm } from "../../graph/index.js";
import { linear, relu, sequential } from "../../nn/index.js";
import { initialValues } from "../../nn/model.js";
import { random } from "../../random/random.js";
import { logisticObjective, type Matrix, newtonMinimiser, smoothnessConstant } from "../../theory/index.js";
import { endlessBatches } from "../../train/endless.js";
import { checkOptions } from "../../train/options.js";
import { prepare } from "../../train/prepare.js";
import { type Course, lossOfStep, meanOfLast, type Problem } from "./problem.js";
import { settledLoss } from "./search.js";

/** Penalty lambda‖w‖² beside the mean of the losses. */
const lambda = 5e-4;

/** Examples of two classes whose features have scales from 1 down to 1/30, with labels that are wrong now and then. */
const twoClasses = (rows: number, columns: number, seed: number): { X: Matrix; y: Float64Array } => {
  const draws = random(seed, "optimizer-race logistic");
  const values = new Float64Array(rows * columns);
  const y = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let logit = 0;
    for (let j = 0; j < columns; j++) {
      const z = draws.normal();
      values[i * columns + j] = z * 30 ** (-j / (columns - 1));
      logit += z * (j % 2 === 0 ? 1 : -1);
    }
    y[i] = draws.uniform() < 1 / (1 + Math.exp(-logit)) ? 1 : -1;
  }
  return { X: { rows, columns, values }, y };
};

/** Logistic regression on all examples at once; what counts is the distance to the minimum that Newton's method finds. */
export const logisticProblem = async (steps: number, seed: number): Promise<Problem> => {
  const [rows, columns] = [400, 20];
  const { X, y } = twoClasses(rows, columns, seed);
  // The sum of the losses instead of their mean: lambda is that many times as large.
  const exact = logisticObjective(X, y, lambda * rows);
  const best = await newtonMinimiser(exact, (await smoothnessConstant(exact)).value);
  const minimum = (await exact.value(best)) / rows;
  await exact.release();
  return {
    name: "logistic regression",
    describe: `${rows} examples of ${columns} features with scales from 1 to 1/30, all at each step, penalty ${lambda}·‖w‖²`,
    convex: true,
    vectorsOnly: false,
    steps,
    measure: "f − f*",
    draws: 0,
    open: async (rule): Promise<Course> => {
      const x = input("x", [batch, columns]);
      const label = input("y", [batch, 1]);
      const w = input("w", [columns, 1]);
      const session = await openSession(
        {
          loss: mean(softplus(label.mul(x.matmul(w)).neg())).add(squaredNorm(w).mul(lambda)),
          metrics: {},
          data: [x, label],
          parameters: [
            { name: "w", tensor: w, shape: [columns, 1], rule, initialize: (values) => values.fill(0.01) },
          ],
          states: [],
          draws: [],
          batchSize: rows,
          seed,
        },
        await defaultEngine(),
        { threads: 1 },
      );
      const { x: inputs, y: targets } = session.batch(rows);
      inputs?.set(X.values);
      targets?.set(y);
      return {
        trained: session,
        // Float32 resolves the mean loss to about 1e-7; below that nobody is ahead.
        step: async (time) => Math.max((await lossOfStep(session, rows, time)) - minimum, 1e-7),
        result: settledLoss,
      };
    },
  };
};

/** A network with one hidden layer on images of digits; what counts is the mean loss of the last tenth of the steps. */
export const networkProblem = (
  { train, test }: { readonly train: Dataset; readonly test: Dataset },
  {
    name,
    hidden,
    steps,
    draws,
    seed,
  }: {
    readonly name: string;
    readonly hidden: number;
    readonly steps: number;
    readonly draws: number;
    readonly seed: number;
  },
): Problem => ({
  name,
  describe: `a ${soleInput(train).size}-${hidden}-10 relu network on ${train.size} images, batches of 64`,
  convex: false,
  vectorsOnly: false,
  steps,
  measure: "training loss at the end",
  draws,
  open: async (rule): Promise<Course> => {
    const options = checkOptions({ optimizer: rule, batchSize: 64, seed });
    const net = sequential(linear(hidden), relu(), linear(10));
    const { trainer } = await prepare(net, train, options, { steps: steps + 1, stepsPerEpoch: steps + 1 });
    let stream = endlessBatches(train, { batchSize: 64, seed });
    return {
      trained: trainer,
      draw: async (draw) => {
        const other = (seed + draw) >>> 0;
        stream = endlessBatches(train, { batchSize: 64, seed: other });
        await trainer.setValues(new Map(trainer.parameters.map((p) => [p.name, initialValues(p, other)])));
      },
      step: async () => {
        const { value: part } = await stream.next();
        await trainer.step(part);
        return trainer.loss();
      },
      result: meanOfLast,
      test: async () => (await trainer.evaluate(test)).error ?? Number.NaN,
    };
  },
});

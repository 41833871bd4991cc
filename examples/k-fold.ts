// Cross-validation in five folds with a random search over width, learning rate and weight decay.
import { adam, fit, kFold, linear, moons, random, relu, sequential, weightDecay } from "steepest";

const [folds, trials] = [5, 8];
const data = moons({ n: 500, noise: 0.25, seed: 1 });
const draws = random(2, "search");

const results = [];
for (let trial = 0; trial < trials; trial++) {
  const units = 2 ** (2 + draws.integer(5));
  const learningRate = 10 ** (-3 + 1.5 * draws.uniform());
  const decay = 10 ** (-5 + 4 * draws.uniform());
  const errors: number[] = [];
  for (const { train, test } of kFold(data, { folds, seed: 1 })) {
    const run = await fit(
      sequential(linear(units), relu(), linear(2)),
      { train, test },
      { optimizer: weightDecay(decay)(adam({ learningRate })), epochs: 15, batchSize: 32, seed: trial },
    );
    errors.push(run.test?.error ?? 100);
    await run.release();
  }
  const mean = errors.reduce((a, b) => a + b) / folds;
  const spread = Math.sqrt(errors.reduce((sum, e) => sum + (e - mean) ** 2, 0) / (folds - 1));
  results.push({ units, learningRate, decay, mean, spread });
}
const [best] = results.sort((a, b) => a.mean - b.mean);
console.log(
  `best: ${best.units} units, learning rate ${best.learningRate.toExponential(1)}, decay ${best.decay.toExponential(1)}`,
);
console.log(`error in ${folds} folds: ${best.mean.toFixed(1)} ± ${best.spread.toFixed(1)} %`);

// A siamese network: one body, applied to both pictures of a pair, learns whether they show the same digit.
import {
  adam,
  contrastive,
  type Dataset,
  dataset,
  digits,
  fit,
  graph,
  linear,
  network,
  random,
  readRows,
  relu,
  sequential,
} from "steepest";

const body = sequential(linear(256), relu(), linear(128), relu(), linear(16));
const net = network<"left" | "right">(({ left, right }, scope) => {
  const difference = scope.apply(body, left).sub(scope.apply(body, right));
  return { same: graph.sqrt(graph.sum(graph.square(difference), 1, { keepDims: true }).add(1e-6)) };
});

/** Pairs of pictures, every other of them of one digit. */
const pairsOf = async (part: Dataset, count: number) => {
  const { inputs, targets } = await readRows(part);
  const draws = random(1, "pairs");
  const pairs: { i: number; j: number; same: number }[] = [];
  while (pairs.length < count) {
    const [i, j] = [draws.integer(part.size), draws.integer(part.size)];
    const same = Number(targets.target[i] === targets.target[j]);
    if (same === pairs.length % 2) pairs.push({ i, j, same });
  }
  const pixels = (i: number) =>
    Array.from(inputs.input.subarray(784 * i, 784 * (i + 1)), (v) => Number(v) / 255);
  return dataset({
    name: "pairs",
    inputs: { left: pairs.map(({ i }) => pixels(i)), right: pairs.map(({ j }) => pixels(j)) },
    targets: { same: { values: pairs.map(({ same }) => same), labels: 1 } },
  });
};

const { train, test } = digits({ train: 3000, test: 1000 });
const unseen = await pairsOf(test, 1000);
const run = await fit(net, await pairsOf(train, 12_000), {
  loss: contrastive(),
  optimizer: adam(),
  epochs: 10,
  preprocess: "none",
  seed: 1,
});
const { inputs, targets } = await readRows(unseen);
const { same } = await run.predict(inputs);
const right = same.data.filter((distance, i) => distance < 0.5 === (targets.same[i] === 1)).length;
console.log(`pairs told right: ${((100 * right) / unseen.size).toFixed(1)} %`);

// Two inputs and two outputs: pictures of how many, beside what one costs. Told are the digit, and what all cost together.
import {
  adam,
  crossEntropy,
  type Dataset,
  dataset,
  digits,
  fit,
  graph,
  huber,
  linear,
  network,
  random,
  readRows,
  relu,
  sequential,
  soleColumn,
  soleFloats,
} from "steepest";

const [look, join] = [sequential(linear(128), relu()), sequential(linear(128), relu(), linear(64), relu())];
const [kind, total] = [linear(10), linear(1)];
const net = network<"picture" | "price">(({ picture, price }, scope) => {
  const features = scope.apply(join, graph.concat([scope.apply(look, picture), price], 1));
  return { kind: scope.apply(kind, features), total: scope.apply(total, features) };
});

const ordersOf = async (part: Dataset) => {
  const { inputs, targets } = await readRows(part);
  const [counts, draws] = [soleColumn(targets), random(part.size, "prices")];
  const price = Array.from({ length: part.size }, () => draws.uniform());
  return dataset({
    name: "orders",
    inputs: { picture: { values: soleFloats(inputs).map((v) => v / 255), shape: [784] }, price },
    targets: { kind: { values: counts, classes: 10 }, total: price.map((each, i) => each * counts[i]) },
  });
};

const { train, test } = digits({ train: 4000, test: 1000 });
const unseen = await ordersOf(test);
const run = await fit(net, await ordersOf(train), {
  loss: { kind: crossEntropy(), total: { loss: huber(), weight: 2 } },
  optimizer: adam({ learningRate: 2e-3 }),
  epochs: 15,
  preprocess: "none",
  seed: 1,
});
const { inputs, targets } = await readRows(unseen);
const answers = await run.predict(inputs);
const wrong = answers.kind.argMax().filter((digit, i) => digit !== targets.kind[i]).length;
const off = answers.total.data.reduce((sum, value, i) => sum + Math.abs(value - targets.total[i]), 0);
console.log(`digits told wrong: ${((100 * wrong) / unseen.size).toFixed(1)} %`);
console.log(`totals off by ${(off / unseen.size).toFixed(3)} on average`);

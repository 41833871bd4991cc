// A variational autoencoder of digits (Kingma & Welling 2014). The loss is a function of everything that the network gives.
import {
  adam,
  type Dataset,
  dataset,
  digits,
  fit,
  graph,
  linear,
  network,
  readRows,
  relu,
  sequential,
  soleFloats,
  type TotalLoss,
} from "steepest";

const [encode, decode] = [sequential(linear(128), relu()), sequential(linear(128), relu(), linear(784))];
const [mean, spread] = [linear(8), linear(8)];
const net = network<"image">(({ image }, scope) => {
  const seen = scope.apply(encode, image);
  const [mu, logVariance] = [scope.apply(mean, seen), scope.apply(spread, seen)];
  const noise = scope.thinned ? graph.exp(logVariance.mul(0.5)).mul(scope.normal(mu.shape)) : 0;
  return { image: scope.apply(decode, mu.add(noise)), mu, logVariance };
});

/** Of each example minus the evidence lower bound: -E log p(x | z) + KL(q(z | x) ‖ N(0, 1)). */
const bound: TotalLoss = ({ inputs, outputs: { image, mu, logVariance } }) => {
  const unlikely = graph.sum(graph.softplus(image).sub(image.mul(inputs.image)), 1);
  const parts = graph.square(mu).add(graph.exp(logVariance)).sub(logVariance).sub(1);
  return unlikely.add(graph.sum(parts, 1).mul(0.5));
};

const pictures = async (part: Dataset) => {
  const values = soleFloats((await readRows(part)).inputs).map((value) => value / 255);
  return dataset({ name: "digits", inputs: { image: { values, shape: [784] } } });
};
const { train, test } = digits({ train: 4000, test: 1000 });
const data = { train: await pictures(train), test: await pictures(test) };
const optimizer = adam({ learningRate: 2e-3 });
const run = await fit(net, data, { loss: bound, optimizer, epochs: 12, preprocess: "none", seed: 1 });
console.log(`bound on the log likelihood of digits never seen: ${(-(run.test?.loss ?? 0)).toFixed(1)} nats`);

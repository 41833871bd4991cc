// Load a network that was exported, answer with it, and train it further: on half of the digits first, then on all of them.
import { readFile } from "node:fs/promises";
import { adam, digits, fit, linear, pretrained, relu, sequential, take } from "steepest";

const all = digits({ train: 4000, test: 1000 });
const { train, test } = all;

const first = await fit(
  sequential(linear(128), relu(), linear(10)),
  { train: take(train, 500), test },
  { epochs: 10 },
);
await first.export("runs/example-first.onnx");
console.log(`trained on 500 digits: test error ${first.test?.error?.toFixed(2)} %`);

// The exported network takes raw pixels, so nothing is preprocessed in front of it again.
const network = pretrained(await readFile("runs/example-first.onnx"), { output: "logits" });
const further = await fit(network, all, { optimizer: adam({ learningRate: 3e-4 }), epochs: 5 });
console.log(`trained further on 4000: test error ${further.test?.error?.toFixed(2)} %`);

// Train a network on the embedded digits, look at the result, and keep it as an ONNX model.
import { adam, cosineDecay, digits, dropout, fit, linear, relu, sequential, summary } from "steepest";

const net = sequential(linear(256), relu(), dropout({ keep: 0.8 }), linear(10));
console.log(summary(net, [784]));

const run = await fit(net, digits({ train: 4000, test: 1000 }), {
  optimizer: adam({ learningRate: cosineDecay({ initial: 0.002 }) }),
  epochs: 5,
  seed: 1,
  callbacks: [{ onEpochEnd: (_, { record }) => console.log(`epoch ${record.epoch}`, record.train) }],
});

console.log(`test error ${run.test?.error?.toFixed(2)} %`);
await run.export("runs/example-digits.onnx");

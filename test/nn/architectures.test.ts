import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { z } from "zod";
import {
  convNeXt,
  createTrainer,
  gradientDescent,
  type Layer,
  layerCosts,
  mobileNetV3,
  resnet,
} from "../../src/index.js";

const numbers = z.object({ losses: z.array(z.number()), answers: z.array(z.number()) });
const reference = z
  .object({ mobileNetV3: numbers, convNeXt: numbers, multiplyAdds: z.record(z.string(), z.number()) })
  .parse(JSON.parse(readFileSync(new URL("../reference/nn/architectures.json", import.meta.url), "utf8")));

/** What test/reference/nn/architectures.py fills parameters with too. */
const wave = (count: number, seed: number) =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(0.7 * i + seed));

/** Parameter i as the reference fills it: a matrix `[in, out]` is `[out, in]` there. */
const filled = (shape: readonly number[], i: number): Float32Array => {
  const values = wave(
    shape.reduce((a, b) => a * b, 1),
    i,
  );
  const [first = 1, second = 1, ...sizes] = shape;
  if (shape.length === 1) return values.map((value) => 1 + 0.3 * value);
  if (sizes.length > 0) return values.map((value) => value * Math.sqrt((2 * first) / values.length));
  return Float32Array.from(
    values,
    (_, k) => (values[(k % second) * first + Math.floor(k / second)] ?? Number.NaN) * Math.sqrt(2 / first),
  );
};

it.each<["mobileNetV3" | "convNeXt", Layer, number]>([
  ["mobileNetV3", mobileNetV3({ width: 0.5, classes: 5, keep: 1 }), 64],
  ["convNeXt", convNeXt({ widths: [16, 32], depths: [1, 2], classes: 5, keep: 1 }), 32],
])("%s has torchvision's losses over three steps, and its answers after them", async (name, net, side) => {
  const trainer = await createTrainer(net, {
    inputs: [3, side, side],
    targets: { kind: "class", classes: 5, shape: [] },
    optimizer: gradientDescent({ learningRate: 0.003 }),
    batchSize: 4,
  });
  await trainer.setValues(new Map(trainer.parameters.map(({ name, shape }, i) => [name, filled(shape, i)])));
  const inputs = Float32Array.from({ length: 4 * 3 * side ** 2 }, (_, i) => Math.sin(i * i));
  const { losses, answers } = reference[name];
  for (const loss of losses) {
    await trainer.step({ inputs, targets: [0, 3, 1, 4] });
    expect(await trainer.loss()).toBeCloseTo(loss, 3);
  }
  const { data } = await trainer.predict(inputs);
  expect(data).toHaveLength(answers.length);
  answers.forEach((value, i) => void expect(Math.abs((data[i] ?? Number.NaN) - value)).toBeLessThan(3e-4));
  await trainer.release();
});

it.each<[string, Layer]>([
  ["mobileNetV3", mobileNetV3()],
  ["convNeXt", convNeXt()],
  ["resnet18", resnet()],
  ["resnet50", resnet({ depth: 50 })],
])("%s has the multiply-adds of torchvision's for a picture of 224 x 224", (name, net) => {
  const total = layerCosts(net, [3, 224, 224]).reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0);
  expect(total).toBe(reference.multiplyAdds[name]);
});

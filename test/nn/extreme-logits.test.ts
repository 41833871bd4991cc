import { expect, it } from "vitest";
import { batch, grad, hessianVectorProduct, input, mean } from "../../src/graph/index.js";
import { binaryCrossEntropy, crossEntropy, type Loss } from "../../src/nn/losses/index.js";
import { evaluateOnce } from "../graph/run.js";

const classes = { logits: input("logits", [batch, 3]), target: input("target", [batch]) };
const answers = { logits: input("logits", [batch, 1]), target: input("target", [batch, 1]) };

const at = async (loss: Loss, logits: readonly number[], targets: readonly number[]) => {
  const { logits: z, target } = [loss.target].flat().includes("class") ? classes : answers;
  const value = mean(loss.of(z, target));
  const [gradient] = grad(value, [z]);
  const result = await evaluateOnce([z, target], { value, gradient }, [logits, targets]);
  return { value: result.value.data[0], gradient: result.gradient.data };
};

it.each<[string, Loss, number[], number[], number, number[]]>([
  ["sure and right", crossEntropy(), [3e38, -3e38, 0], [0], 0, [0, 0, 0]],
  ["sure and wrong, beyond float32", crossEntropy(), [3e38, -3e38, 0], [1], Infinity, [1, -1, 0]],
  ["sure and wrong", crossEntropy(), [1e38, -1e38, 0], [1], Math.fround(2e38), [1, -1, 0]],
  [
    "a class that is ruled out",
    crossEntropy(),
    [2, -Infinity, 2],
    [0],
    Math.fround(Math.log(2)),
    [-0.5, 0, 0.5],
  ],
  ["yes, sure and right", binaryCrossEntropy(), [3e38], [1], 0, [0]],
  ["no, sure and right", binaryCrossEntropy(), [-3e38], [0], 0, [0]],
  ["yes, sure and wrong", binaryCrossEntropy(), [-3e38], [1], Math.fround(3e38), [-1]],
  ["no, hardly wrong", binaryCrossEntropy(), [-20], [0], 2.0611536e-9, [2.0611536e-9]],
])("%s", async (_name, loss, logits, targets, value, gradient) => {
  const result = await at(loss, logits, targets);
  if (Number.isFinite(value))
    expect((result.value ?? Number.NaN) / (value || 1)).toBeCloseTo(value ? 1 : 0, 6);
  else expect(result.value).toBe(value);
  result.gradient.forEach((g, i) => void expect(g).toBeCloseTo(gradient[i] ?? Number.NaN, 6));
});

it("cross-entropy, its gradient and curvature are those of the softmax p: p - oneHot, and diag(p) - p·pᵀ", async () => {
  const [z, target, v] = [
    input("z", [batch, 3], "float64"),
    input("target", [batch], "int64"),
    input("v", [batch, 3], "float64"),
  ];
  const logits = [1, 2, 3];
  const direction = [0.3, -0.5, 1];
  const total = logits.reduce((sum, x) => sum + Math.exp(x), 0);
  const p = logits.map((x) => Math.exp(x) / total);
  for (const labelSmoothing of [0, 0.3]) {
    const loss = crossEntropy({ labelSmoothing });
    const value = mean(loss.of(z, target));
    const [gradient] = grad(value, [z]);
    const [curvature] = hessianVectorProduct(value, [z], [v]);
    const at = await evaluateOnce([z, target, v], { value, gradient, curvature }, [
      logits,
      BigInt64Array.of(1n),
      direction,
    ]);
    // The target is the label with its share, and what is left spread evenly over all classes.
    const t = [0, 1, 2].map((k) => (k === 1 ? 1 - labelSmoothing : 0) + labelSmoothing / 3);
    const along = direction.reduce((sum, d, k) => sum + d * (p[k] ?? 0), 0);
    expect(at.value.data[0]).toBeCloseTo(
      -t.reduce((sum, share, k) => sum + share * Math.log(p[k] ?? 0), 0),
      12,
    );
    at.gradient.data.forEach((g, k) => void expect(g).toBeCloseTo((p[k] ?? 0) - (t[k] ?? 0), 12));
    at.curvature.data.forEach(
      (h, k) => void expect(h).toBeCloseTo((p[k] ?? 0) * ((direction[k] ?? 0) - along), 12),
    );
  }
});

it("of a mixture, a class that is ruled out and has no share adds nothing; one that has a share, infinitely much", async () => {
  const [z, shares] = [input("z", [batch, 3]), input("shares", [batch, 3])];
  const value = crossEntropy().of(z, shares);
  const [gradient] = grad(mean(value), [z]);
  const logits = [2, -Infinity, 2, 2, -Infinity, 2];
  const at = await evaluateOnce([z, shares], { value, gradient }, [logits, [0.75, 0, 0.25, 0.5, 0.5, 0]]);
  expect(Array.from(at.value.data, Number)).toEqual([Math.fround(Math.log(2)), Infinity]);
  const expected = [-0.25, 0, 0.25, 0, -0.5, 0.5].map((g) => g / 2);
  at.gradient.data.forEach((g, i) => void expect(g).toBeCloseTo(expected[i] ?? Number.NaN, 6));
});

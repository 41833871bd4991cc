import { expect, it } from "vitest";
import { compile } from "../../src/engine/compile.js";
import { input } from "../../src/graph/index.js";
import { maxNorm, unitNorm } from "../../src/optim/constraints.js";
import { gradientDescent, l2, onWeights, ruleOf } from "../../src/optim/index.js";
import { assign, on } from "../../src/optim/select.js";

/** What the layers of the library have: weights, biases, and the scales of normalisation. */
const parameters = [
  { name: "linear.weight", role: "weight", shape: [3, 4] },
  { name: "linear.bias", role: "bias", shape: [4] },
  { name: "batchNorm.gamma", role: "scale", shape: [4] },
  { name: "batchNorm.beta", role: "bias", shape: [4] },
] as const;

const chosen = (entries: ReturnType<typeof assign>) => entries.map(({ to }) => [...to]);

it("penalties and constraints are for weights, not for biases and scales, unless they say so", () => {
  expect(chosen(assign("penalty", l2(1), parameters))).toEqual([["linear.weight"]]);
  expect(chosen(assign("constraint", [maxNorm(1)], parameters))).toEqual([["linear.weight"]]);
  expect(chosen(assign("penalty", [l2(1), on(/gamma/, l2(2))], parameters))).toEqual([
    ["linear.weight"],
    ["batchNorm.gamma"],
  ]);
  const scales = on(({ role }) => role === "scale", l2(1));
  expect(chosen(assign("penalty", scales, parameters))).toEqual([["batchNorm.gamma"]]);
  const plain = gradientDescent();
  const rules = parameters.map((parameter) => ruleOf(onWeights(l2(1), plain), parameter).name);
  expect(rules).toEqual(["l2(gradientDescent)", ...Array(3).fill("gradientDescent")]);
});

it("a network without weights has nothing to penalise", () => {
  expect(() => assign("penalty", l2(1), parameters.slice(1))).toThrow(
    "penalty: the network has no weights; the parameters are linear.bias, batchNorm.gamma, batchNorm.beta",
  );
});

it("names what matches no parameter: a pattern, a name, or a function", () => {
  const refused = (match: Parameters<typeof on>[0]) =>
    expect(() => assign("penalty", on(match, l2(1)), parameters));
  refused(/conv/).toThrow("penalty: no parameter matches /conv/; the parameters are linear.weight");
  refused("conv").toThrow('penalty: no parameter matches "conv"; the parameters are linear.weight');
  refused(() => false).toThrow("penalty: no parameter matches the function given; the parameters are");
});

it("a unit whose weights are all zero has no direction to keep: its factor is 1, not infinite", async () => {
  const { acts } = unitNorm();
  if (acts.kind !== "units") throw new Error("unitNorm acts on units");
  const scaling = acts.scaling(ruleOf(gradientDescent(), parameters[0]));
  const norm = input("norm", [2]);
  const factor = await compile({ inputs: [norm], outputs: { factor: scaling({ norm, at: () => norm }) } });
  expect([...(await factor.run({ norm: [0, 4] })).factor.data]).toEqual([1, 0.25]);
});

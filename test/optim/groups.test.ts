import { expect, it } from "vitest";
import { adam, gradientDescent, groups, l2, onWeights, ruleOf } from "../../src/optim/index.js";

const weight = { name: "head.weight", role: "weight", shape: [3, 4] };
const bias = { name: "head.bias", role: "bias", shape: [4] };
const slow = gradientDescent({ learningRate: 0.01 });
const fast = gradientDescent({ learningRate: 0.1 });

it("groups give the first rule that matches, by name or by function, or the fallback", () => {
  const choice = groups(
    [
      { match: /bias$/g, rule: fast },
      { match: ({ name }) => name.startsWith("head."), rule: slow },
    ],
    adam(),
  );
  for (let again = 0; again < 2; again++) expect(ruleOf(choice, bias)).toBe(fast);
  expect(ruleOf(choice, weight)).toBe(slow);
  expect(ruleOf(choice, { ...weight, name: "body.weight" }).name).toBe("adam");
  expect(ruleOf(slow, weight)).toBe(slow);
});

it("groups take names as well", () => {
  const choice = groups([{ match: "head.weight", rule: fast }], slow);
  expect(ruleOf(choice, weight)).toBe(fast);
  expect(ruleOf(choice, { ...weight, name: "head.weight2" })).toBe(slow);
});

it("what is no rule is refused", () => {
  const given = (rule: unknown) => () => ruleOf(rule as never, weight);
  expect(given("adam")).toThrow(
    'optimizer: expected an update rule such as adam() for head.weight, got "adam"',
  );
  expect(given(() => undefined)).toThrow("got undefined");
  expect(given(l2(0.1))).toThrow("got a composition; apply it to a rule, as in l2(1e-4)(adam())");
});

it("onWeights leaves biases without the penalty", () => {
  const choice = onWeights(l2(0.1), slow);
  expect(ruleOf(choice, bias)).toBe(slow);
  expect(ruleOf(choice, weight).name).toBe("l2(gradientDescent)");
  expect(ruleOf(choice, weight)).toBe(ruleOf(choice, { ...weight, name: "other" }));
});

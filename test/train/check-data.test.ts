import { expect, it } from "vitest";
import { moons } from "../../src/data/toys.js";
import { SteepestError } from "../../src/errors.js";
import { requireDataset, requireSameKind } from "../../src/train/check-data.js";

const good = moons({ n: 4, seed: 1 });
const withField = (change: object) => ({
  ...good,
  inputs: { input: { kind: "float", shape: [2], ...change } },
});
const withTarget = (target: object) => ({ ...good, targets: { target } });

it.each<[string, unknown, string]>([
  ["a promise", Promise.resolve(good), "data is a promise, not a dataset; await it first"],
  ["a list", [good], "data is a list of 1, not a dataset; give what dataset()"],
  ["nothing", undefined, "data is undefined, not a dataset"],
  ["an object without read", { ...good, read: undefined }, "it has no function `read`"],
  ["endless examples", { ...good, size: Infinity }, "its size is Infinity, not a number of examples"],
  ["no examples", { ...good, size: 0 }, "its size is 0"],
  ["half an example", { ...good, size: 1.5 }, "its size is 1.5"],
  ["more examples than can be ordered", { ...good, size: 2 ** 33 }, "its size is 8589934592"],
  ["no inputs", { ...good, inputs: undefined }, "its inputs are undefined, not an object"],
  ["a shape that is a number", withField({ shape: 2 }), 'its input "input": shape is 2, not a list'],
  ["a shape with NaN", withField({ shape: [Number.NaN] }), 'its input "input": shape is [NaN], not a list'],
  ["an input of another kind", withField({ kind: "text" }), 'its input "input": kind is "text"'],
  ["no targets", { ...good, targets: undefined }, "its targets are undefined, not an object"],
  ["no target", { ...good, targets: { target: undefined } }, 'its target "target": is undefined'],
  ["a target of another kind", withTarget({ kind: "text" }), 'its target "target": kind is "text"'],
  ["no number of classes", withTarget({ kind: "class" }), "classes is no integer from 2 on"],
  ["one class", withTarget({ kind: "class", classes: 1 }), "classes is no integer from 2 on"],
  ["too few names", withTarget({ kind: "class", classes: 2, names: ["a"] }), "a list of 1 for 2 classes"],
  ["values without a shape", withTarget({ kind: "value" }), "shape is undefined, not a list"],
  ["no number of labels", withTarget({ kind: "labels" }), "labels is no integer from 1 on"],
])("refuses %s as a dataset", (_, data, message) => {
  expect(() => requireDataset("data", data)).toThrow(SteepestError);
  expect(() => requireDataset("data", data)).toThrow(message);
});

it("takes what has the form of one, also of another's making", () => {
  expect(() => requireDataset("data", good)).not.toThrow();
  const own = {
    name: "own",
    size: 1,
    inputs: { input: { kind: "float", shape: [1] } },
    targets: { target: { kind: "value", shape: [1] } },
    read: () => undefined,
  };
  expect(() => requireDataset("data", own)).not.toThrow();
});

it("compares names of classes and columns where both have them", () => {
  const named = (names: readonly string[], columns?: readonly string[]) => ({
    ...good,
    targets: { target: { kind: "class" as const, classes: 2, names, shape: [] } },
    inputs: { input: { kind: "float" as const, shape: [2], ...(columns ? { columns } : {}) } },
  });
  const meet = (a: object, b: object) => () =>
    requireSameKind("the part", { ...good, ...a }, { ...good, ...b });
  expect(meet(named(["A", "B"], ["x", "y"]), named(["A", "B"], ["x", "y"]))).not.toThrow();
  expect(meet(named(["A", "B"]), {})).not.toThrow();
  expect(meet(named(["A", "B"]), named(["A", "B"], ["x", "y"]))).not.toThrow();
  expect(meet(named(["B", "C"], ["x", "c=green"]), named(["A", "B"], ["x", "c=red"]))).toThrow(
    'class 0 is "B", but "A" there; column 1 is "c=green", but "c=red" there',
  );
  expect(meet(named(["B", "A"]), named(["A", "B"]))).toThrow('class 0 is "B", but "A" there');
});

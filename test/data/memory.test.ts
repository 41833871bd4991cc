import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { type DatasetArrays, dataset } from "../../src/data/memory.js";
import { SteepestError } from "../../src/errors.js";
import { rowsOf } from "../support/rows.js";

const valid: DatasetArrays = {
  name: "tiny",
  inputs: Float32Array.of(1, 2, 3, 4, 5, 6),
  targets: [0, 1, 1],
  inputShape: [2],
  classes: 2,
};

describe("dataset", () => {
  it("reads rows in any order, with repeats", () => {
    const { inputs, targets } = rowsOf(dataset(valid), [2, 0, 2, 1]);
    expect([...inputs]).toEqual([5, 6, 1, 2, 5, 6, 3, 4]);
    expect([...targets]).toEqual([1, 0, 1, 1]);
  });

  it("keeps bytes as bytes and reads them as floats", () => {
    const bytes = Uint8Array.of(0, 255, 7);
    const { inputs } = rowsOf(dataset({ ...valid, inputs: bytes, inputShape: [1] }), [1, 2]);
    expect([...inputs]).toEqual([255, 7]);
  });

  it("takes several values per example as targets", () => {
    const values = dataset({ name: "v", inputs: valid.inputs, inputShape: [2], targets: [1, 2, 3, 4, 5, 6] });
    expect(values.targets).toEqual({ target: { kind: "value", shape: [2] } });
    expect([...rowsOf(values, [2, 0]).targets]).toEqual([5, 6, 1, 2]);
  });

  it("takes the number of classes from their names", () => {
    const { classes: _, ...unnamed } = valid;
    const names = ["cat", "dog", "eel"];
    expect(dataset({ ...unnamed, names }).targets).toEqual({
      target: { kind: "class", classes: 3, names, shape: [] },
    });
  });

  const bad: [string, Partial<DatasetArrays>, string][] = [
    ["no examples", { inputs: new Float32Array(0) }, "it has no examples"],
    ["a shape that does not divide", { inputShape: [4] }, "6 input numbers are not a multiple of 4"],
    ["a shape with a zero", { inputShape: [0] }, "the shape of an input is [0]"],
    ["too few labels", { targets: [0, 1] }, "2 labels for 3 examples"],
    ["a label too large", { targets: [0, 2, 1] }, "label of example 1 is 2; labels are integers from 0 to 1"],
    ["a negative label", { targets: [0, 1, -1] }, "label of example 2 is -1"],
    ["a label between classes", { targets: [0.5, 1, 1] }, "label of example 0 is 0.5"],
    [
      "a label that is NaN",
      { targets: [0, Number.NaN, 1] },
      "label of example 1 is NaN; labels are integers",
    ],
    [
      "an input that is NaN",
      { inputs: Float32Array.of(1, 2, 3, Number.NaN, 5, 6) },
      "input 1 of example 1 is NaN",
    ],
    [
      "an input that is infinite",
      { inputs: Float32Array.of(1, 2, 3, 4, Infinity, 6) },
      "input 0 of example 2 is Infinity",
    ],
    ["names that are too few", { names: ["only"] }, "1 class names for 2 classes"],
    ["one class", { classes: 1 }, "classes is 1"],
    ["an image of another size", { image: { width: 3, height: 1, channels: 1 } }, "image layout 3 x 1 x 1"],
  ];
  it.each(bad)("refuses %s", (_, change, message) => {
    expect(() => dataset({ ...valid, ...change })).toThrow(SteepestError);
    expect(() => dataset({ ...valid, ...change })).toThrow(`dataset "tiny": ${message}`);
  });

  const columns = ["a", "b"];
  const never = (function* () {
    for (;;) yield 0;
  })();
  const untyped: [string, object, string][] = [
    [
      "an input that is a text",
      { inputs: [1, 2, 3, 4, "5", 6] },
      'input 0 of example 2 is "5"; give a number',
    ],
    [
      "no inputs",
      { inputs: undefined },
      "inputs is undefined; give a list, a list of lists, or a typed array",
    ],
    ["targets without end", { targets: never }, "targets is an object; give a list, a list of lists"],
    ["targets of infinite length", { targets: { length: Infinity } }, "Infinity labels for 3 examples"],
    ["a label that is a text", { targets: [0, "1", 1] }, 'label of example 1 is "1"; give a number'],
    ["a label that is null", { targets: [0, null, 1] }, "label of example 1 is null; give a number"],
    [
      "a label that is missing",
      { targets: [0, undefined, 1] },
      "label of example 1 is undefined; give a number",
    ],
    ["labels as truths", { targets: [false, true, true] }, "targets holds true and false; give numbers"],
    ["a shape that is a number", { inputShape: 2 }, "the shape of an input is 2; give a list such as [784]"],
    [
      "an infinite shape",
      { inputShape: [Infinity] },
      "the shape of an input is [Infinity]; give positive integers",
    ],
    ["equal names", { classes: 2, names: ["a", "a"] }, 'names[0] and [1] are both "a"'],
    ["a name that is a number", { classes: 2, names: ["a", 1] }, "names[1] is 1; give a text"],
    ["too many columns", { columns: [...columns, "c"] }, "3 names of columns for the 2 numbers"],
    ["equal columns", { columns: ["a", "a"] }, 'columns[0] and [1] are both "a"'],
  ];
  it.each(untyped)("refuses %s, which plain JavaScript lets through", (_, change, message) => {
    expect(() => dataset({ ...valid, ...change } as DatasetArrays)).toThrow(SteepestError);
    expect(() => dataset({ ...valid, ...change } as DatasetArrays)).toThrow(`dataset "tiny": ${message}`);
  });

  it("refuses a misspelt option and a name that is no text", () => {
    expect(() => dataset({ ...valid, labelled: [0] } as object as DatasetArrays)).toThrow(SteepestError);
    expect(() => dataset({ ...valid, name: 3 } as unknown as DatasetArrays)).toThrow("dataset: name is 3");
  });

  it("takes arrays of another realm, whole numbers of 64 bits and anything with a length", () => {
    const foreign = runInNewContext(
      "({ inputs: Float32Array.of(9, 1, 2, 3, 4, 5, 6).subarray(1), targets: Uint8Array.of(0, 1, 1) })",
    );
    expect(foreign.inputs instanceof Float32Array).toBe(false);
    const given = [
      foreign,
      { targets: BigInt64Array.of(0n, 1n, 1n) },
      { targets: { length: 3, 0: 0, 1: 1, 2: 1 } },
    ];
    for (const change of given) {
      const { inputs, targets } = rowsOf(dataset({ ...valid, ...change } as DatasetArrays));
      expect([...inputs, ...targets]).toEqual([1, 2, 3, 4, 5, 6, 0, 1, 1]);
    }
    const bytes = runInNewContext("Uint8Array.of(7, 8)");
    const { inputs } = rowsOf(dataset({ ...valid, inputs: bytes, inputShape: [1], targets: [0, 1] }), [1]);
    expect([...inputs]).toEqual([8]);
  });

  it("refuses values that are uneven or not finite in float32", () => {
    const values = { name: "v", inputs: valid.inputs, inputShape: [2] };
    expect(() => dataset({ ...values, targets: [1, 2, 3, 4] })).toThrow("4 target values for 3 examples");
    expect(() => dataset({ ...values, targets: [1, 1e300, 3] })).toThrow("target of example 1 is 1e+300");
  });

  it("refuses to read an example it does not have", () => {
    const read = (index: number) => rowsOf(dataset(valid), [index]);
    for (const index of [3, -1, 0.5]) expect(() => read(index)).toThrow(`no example ${index}; it has 3`);
  });
});

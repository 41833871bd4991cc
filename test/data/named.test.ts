import { describe, expect, it } from "vitest";
import type { Rows } from "../../src/data/dataset.js";
import {
  batches,
  type DatasetArrays,
  type DatasetReader,
  dataset,
  newRows,
  readRows,
  soleInput,
  soleTarget,
  split,
  subset,
} from "../../src/data/index.js";
import { SteepestError } from "../../src/errors.js";

const houses: DatasetArrays = {
  name: "houses",
  inputs: {
    plan: {
      values: [
        [
          [1, 2],
          [3, 4],
        ],
        [
          [5, 6],
          [7, 8],
        ],
        [
          [9, 10],
          [11, 12],
        ],
      ],
    },
    place: { values: [2, 0, 1], categories: 3, shape: [] },
    garden: [true, false, true],
    size: Float64Array.of(80, 120, 65),
  },
  targets: {
    price: [2.5, 3.5, 1.5],
    kind: { values: [0, 1, 0], names: ["flat", "house"] },
    has: {
      values: [
        [1, 0, 0],
        [1, 1, 0],
        [0, 0, 1],
      ],
      labels: true,
    },
    words: {
      values: [
        [1, 2],
        [0, -1],
        [2, 2],
      ],
      classes: 3,
      partial: true,
    },
  },
  weights: [1, 0.5, 2],
};

const plain = ({ inputs, targets, weights }: Rows) => ({
  ...Object.fromEntries([...Object.entries(inputs), ...Object.entries(targets)].map(([k, v]) => [k, [...v]])),
  ...(weights ? { weights: [...weights] } : {}),
});

describe("datasets of several inputs and targets", () => {
  it("have what each is from the numbers given, or from what stands beside them", () => {
    const { inputs, targets, size, weighted } = dataset(houses);
    expect({ size, weighted }).toEqual({ size: 3, weighted: true });
    expect(inputs).toEqual({
      plan: { kind: "float", shape: [2, 2] },
      place: { kind: "int", shape: [], categories: 3 },
      garden: { kind: "bool", shape: [1] },
      size: { kind: "float", shape: [1] },
    });
    expect(targets).toEqual({
      price: { kind: "value", shape: [1] },
      kind: { kind: "class", classes: 2, names: ["flat", "house"], shape: [] },
      has: { kind: "labels", labels: 3 },
      words: { kind: "class", classes: 3, shape: [2], partial: true },
    });
  });

  it("are read in any order, floats and values in float32, ints and classes in int32, the others as bytes", async () => {
    const rows = await readRows(dataset(houses), [2, 0]);
    expect(plain(rows)).toEqual({
      plan: [9, 10, 11, 12, 1, 2, 3, 4],
      place: [1, 2],
      garden: [1, 1],
      size: [65, 80],
      price: [1.5, 2.5],
      kind: [0, 0],
      has: [0, 0, 1, 1, 0, 0],
      words: [2, 2, 1, 2],
      weights: [2, 1],
    });
    const types = [rows.inputs.plan, rows.inputs.place, rows.inputs.garden, rows.targets.price].concat([
      rows.targets.kind,
      rows.targets.has,
      rows.weights,
    ]);
    const [f, i, b] = ["Float32Array", "Int32Array", "Uint8Array"];
    expect(types.map((column) => column?.constructor.name)).toEqual([f, i, b, f, i, b, f]);
  });

  it("are batched, split and taken as a whole", async () => {
    const data = dataset(houses);
    for await (const { indices, size, ...rows } of batches(data, { batchSize: 2, seed: 1, epoch: 0 })) {
      expect(plain(rows)).toEqual(plain(await readRows(data, indices)));
    }
    expect(plain(await readRows(subset(data, [1])))).toEqual(plain(await readRows(data, [1])));
    const { train, validation } = split(data, { count: 1, seed: 3, stratified: "kind" });
    expect([train.size, validation.size]).toEqual([2, 1]);
  });

  it("can have an input alone, or the short form with ids, labels, truths or lists of lists", async () => {
    const inputs = [
      [0, 1],
      [2, 3],
    ];
    expect(dataset({ name: "alone", inputs }).targets).toEqual({});
    const words = dataset({
      name: "words",
      inputs,
      categories: 4,
      labels: 4,
      targets: [
        [0, 1, 0, 0],
        [1, 1, 0, 0],
      ],
    });
    expect(words.inputs).toEqual({ input: { kind: "int", shape: [2], categories: 4 } });
    const sentences = dataset({ name: "s", inputs, targets: inputs, classes: 4 });
    expect(sentences.targets).toEqual({ target: { kind: "class", classes: 4, shape: [2] } });
    const truths = dataset({ name: "t", inputs: [[true], [false]], targets: [true, false], labels: 1 });
    expect(plain(await readRows(truths))).toEqual({ input: [1, 0], target: [1, 0] });
  });

  const change = (inputs: object, targets: object = {}): DatasetArrays =>
    ({
      ...houses,
      inputs: { ...(houses.inputs as object), ...inputs },
      targets: { ...(houses.targets as object), ...targets },
    }) as DatasetArrays;
  const bad: [string, DatasetArrays, string][] = [
    [
      "an id out of range",
      change({ place: { values: [2, 3, 1], categories: 3 } }),
      'number 0 of input "place" of example 1 is 3; its 3 categories are numbered from 0 to 2',
    ],
    [
      "half an id",
      change({ place: { values: [2, 0.5, 1], kind: "int" } }),
      'number 0 of input "place" of example 1 is 0.5; give a whole number of 32 bits',
    ],
    [
      "an id of 33 bits",
      change({ place: { values: [2, 2 ** 31, 1], kind: "int" } }),
      "is 2147483648; give a whole number of 32 bits",
    ],
    [
      "a truth that is none",
      change({ garden: { values: [0, 1, 2], kind: "bool" } }),
      'number 0 of input "garden" of example 2 is 2; give 0 or 1',
    ],
    [
      "a NaN",
      change({
        plan: [
          [1, 2],
          [3, Number.NaN],
          [5, 6],
        ],
      }),
      'number 1 of input "plan" of example 1 is NaN; fill or drop it first',
    ],
    [
      "other truths among numbers",
      change({ size: [1, true, 0] }),
      'number 0 of input "size" of example 1 is true; give a number',
    ],
    [
      "truths among lists of numbers",
      change({ size: [[1], [true], [0]] }),
      'input "size": size[1][0] is true; give a number',
    ],
    [
      "truths as floats",
      change({ garden: { values: [true, false, true], kind: "float" } }),
      'input "garden": it holds true and false; give numbers',
    ],
    [
      "uneven lists",
      change({ plan: [[1, 2], [3], [5, 6]] }),
      'input "plan": plan[1] has 1 elements, but the first 2',
    ],
    [
      "a number among lists",
      change({ plan: [[1, 2], 3, [5, 6]] }),
      'input "plan": plan[1] is 3, but the first is a list of 2',
    ],
    [
      "a list among numbers",
      change({ size: [1, [2], 3] }),
      'number 0 of input "size" of example 1 is a list of 1; give a number',
    ],
    ["another number of examples", change({ size: [1, 2] }), 'input "size" has 2 examples, but "plan" has 3'],
    [
      "lists that are no inputs",
      change({
        plan: {
          values: [
            [1, 2, 3],
            [4, 5, 6],
          ],
          shape: [2],
        },
      }),
      "2 lists of 3 numbers are not inputs of shape [2]",
    ],
    [
      "an unknown kind",
      change({ size: { values: [1, 2, 3], kind: "text" } }),
      'input "size": kind is "text"; give "float", "int" or "bool"',
    ],
    [
      "categories of floats",
      change({ size: { values: [1, 2, 3], kind: "float", categories: 4 } }),
      'categories number ints, but the kind is "float"',
    ],
    [
      "no categories",
      change({ size: { values: [1, 2, 3], categories: 0 } }),
      "categories is 0; give an integer of at least 1",
    ],
    [
      "a label that is none",
      change({}, { kind: { values: [0, 2, 0], classes: 2 } }),
      'label "kind" of example 1 is 2; labels are integers from 0 to 1',
    ],
    [
      "a label that is none at a place",
      change(
        {},
        {
          words: {
            values: [
              [1, 2],
              [0, 7],
              [2, 2],
            ],
            classes: 3,
          },
        },
      ),
      'label 1 of "words" of example 1 is 7; labels are integers from 0 to 2',
    ],
    [
      "a missing label where none may be",
      change(
        {},
        {
          words: {
            values: [
              [1, 2],
              [0, -1],
              [2, 2],
            ],
            classes: 3,
          },
        },
      ),
      'label 1 of "words" of example 1 is -1; labels are integers',
    ],
    [
      "a label below -1",
      change(
        {},
        {
          words: {
            values: [
              [1, 2],
              [0, -2],
              [2, 2],
            ],
            classes: 3,
            partial: true,
          },
        },
      ),
      "is -2; labels are integers from 0 to 2, or -1 where one is left out",
    ],
    [
      "half a yes",
      change(
        {},
        {
          has: {
            values: [
              [1, 0],
              [0.5, 0],
              [1, 1],
            ],
            labels: true,
          },
        },
      ),
      'target 0 of "has" of example 1 is 0.5; give 0 or 1',
    ],
    [
      "names for other labels",
      change(
        {},
        {
          has: {
            values: [
              [1, 0],
              [0, 0],
              [1, 1],
            ],
            labels: 2,
            names: ["a"],
          },
        },
      ),
      'target "has": 1 names for 2 labels',
    ],
    [
      "classes and labels",
      change({}, { kind: { values: [0, 1, 0], classes: 2, labels: 2 } }),
      "both classes and labels are given",
    ],
    [
      "too few labels",
      change(
        {},
        {
          words: {
            values: [
              [1, 2],
              [0, 1],
            ],
            classes: 3,
          },
        },
      ),
      'target "words": 4 labels for 3 examples; give 2 each',
    ],
    [
      "a value that is infinite",
      change({}, { price: [1, Infinity, 2] }),
      'target "price" of example 1 is Infinity; it must be finite',
    ],
    ["a misspelt option", change({ size: { values: [1, 2, 3], catgories: 4 } }), "did you mean categories?"],
    ["one name for two", change({}, { size: [1, 2, 3] }), 'an input and a target are both called "size"'],
    ["a name that is taken", change({ weights: [1, 2, 3] }), 'cannot be called "weights"'],
    ["no inputs", { ...houses, inputs: {} }, "it has no inputs"],
    ["what is for an only input", { ...houses, inputShape: [2] }, "inputShape is for an only input"],
    ["what is for an only target", { ...houses, classes: 2 }, "classes is for an only target"],
    ["too few weights", { ...houses, weights: [1, 2] }, "2 weights for 3 examples; give one each"],
    [
      "a negative weight",
      { ...houses, weights: [1, -2, 1] },
      "the weight of example 1 is -2; weights are finite and not negative",
    ],
  ];
  it.each(bad)("refuse %s", (_, arrays, message) => {
    expect(() => dataset(arrays)).toThrow(SteepestError);
    expect(() => dataset(arrays)).toThrow(message);
  });

  it("leave values out as NaN where they may", () => {
    const targets = { values: [1, Number.NaN], partial: true };
    expect(() => dataset({ name: "v", inputs: [1, 2], targets: { y: targets } })).not.toThrow();
    expect(() => dataset({ name: "v", inputs: [1, 2], targets: { y: targets.values } })).toThrow(
      'target "y" of example 1 is NaN',
    );
  });

  it("have no only input or target, and say so", () => {
    expect(() => soleInput(dataset(houses))).toThrow(
      '"houses" has 4 inputs (plan, place, garden, size), and exactly one is needed',
    );
    expect(() => soleTarget(dataset({ name: "alone", inputs: [1] }))).toThrow('"alone" has no target');
    expect(soleInput(dataset({ name: "alone", inputs: { age: [1] } }))).toMatchObject({
      name: "age",
      size: 1,
    });
  });

  it("are divided by the classes of one target, which is named where there are several", () => {
    const two = dataset({
      ...houses,
      targets: { a: { values: [0, 1, 0], classes: 2 }, b: { values: [0, 1, 1], classes: 2 } },
    });
    const draw = (stratified: boolean | string) => () => split(two, { count: 1, seed: 1, stratified });
    expect(draw(true)).toThrow('several targets are classes (a, b); name one, as in stratified: "a"');
    expect(draw("c")).toThrow('"c" is no target with a class for each example; there is a, b');
    expect(draw("a")).not.toThrow();
  });
});

describe("a dataset over a function that reads an example", () => {
  const reader: DatasetReader = {
    name: "own",
    size: 5,
    inputs: { image: { shape: [2, 2] }, place: { categories: 5, shape: [] } },
    targets: { kind: { classes: 5 } },
    weighted: true,
    read: (i) => ({
      image: [
        [i, 0],
        [0, i],
      ],
      place: i,
      kind: 4 - i,
      weight: i / 4,
    }),
  };
  const expected = { image: [3, 0, 0, 3, 1, 0, 0, 1], place: [3, 1], kind: [1, 3], weights: [0.75, 0.25] };

  it("reads what it returns, at once or as a promise", async () => {
    const rows = newRows(dataset(reader), 2);
    expect(dataset(reader).read([3, 1], rows)).toBeUndefined();
    expect(plain(rows)).toEqual(expected);
    const later = dataset({ ...reader, read: async (i) => reader.read(i) });
    expect(plain(await readRows(later, [3, 1]))).toEqual(expected);
  });

  it("has one input of one number and one target, unless told otherwise", async () => {
    const squares = dataset({ name: "squares", size: 3, read: (i) => ({ input: i, target: i * i }) });
    expect(plain(await readRows(squares))).toEqual({ input: [0, 1, 2], target: [0, 1, 4] });
    expect(squares.targets).toEqual({ target: { kind: "value", shape: [1] } });
    const named = dataset({
      name: "n",
      size: 3,
      inputShape: [2],
      names: ["a", "b"],
      read: () => ({ input: Float32Array.of(1, 2), target: 1 }),
    });
    expect(plain(await readRows(named, [0]))).toEqual({ input: [1, 2], target: [1] });
  });

  const bad: [string, Record<string, unknown>, string][] = [
    ["an input that is missing", { image: undefined }, "example 1 has no image; give it 4 numbers"],
    ["too few numbers", { image: [1, 2] }, "image of example 1 has 2 numbers; give 4"],
    ["a text", { image: [1, "2", 3, 4] }, 'number 1 of input "image" of example 1 is "2"; give a number'],
    ["an id out of range", { place: 5 }, 'number 0 of input "place" of example 1 is 5; its 5 categories'],
    ["a label that is none", { kind: 1.5 }, 'label "kind" of example 1 is 1.5'],
    ["no weight", { weight: undefined }, "example 1 has no weight; give it a number"],
    ["a negative weight", { weight: -1 }, "the weight of example 1 is -1"],
  ];
  it.each(bad)("refuses %s", (_, change, message) => {
    const own = dataset({ ...reader, read: (i) => ({ ...reader.read(i), ...change }) } as DatasetReader);
    const read = () => own.read([1], newRows(own, 1));
    expect(read).toThrow(SteepestError);
    expect(read).toThrow(`dataset "own": ${message}`);
  });

  it("refuses what is no example, no function, no size and no such example", () => {
    const read =
      (change: object, index = 0) =>
      () => {
        const own = dataset({ ...reader, ...change } as DatasetReader);
        own.read([index], newRows(own, 1));
      };
    expect(read({ read: () => 3 })).toThrow("example 0 is 3; give an object such as { image, place, kind }");
    expect(read({ read: 3 })).toThrow("read is 3; give a function");
    expect(read({ size: 0 })).toThrow("size is 0; give the number of examples");
    expect(read({}, 5)).toThrow("no example 5; it has 5");
    expect(read({ inputs: { image: { shape: "no" } } })).toThrow(
      'input "image": the shape of an input is "no"',
    );
  });
});

describe("what a target is without being told its shape", () => {
  it("is one class, or one value, for each example of a function", () => {
    const read = () => ({ input: 1, target: 1 });
    expect(dataset({ name: "d", size: 2, classes: 3, read }).targets).toEqual({
      target: { kind: "class", classes: 3, shape: [] },
    });
    expect(dataset({ name: "d", size: 2, read }).targets).toEqual({ target: { kind: "value", shape: [1] } });
  });

  it("is one yes or no to each label, which has no other shape", () => {
    const targets = { target: { labels: 2, shape: [2] } };
    expect(() =>
      dataset({ name: "d", size: 2, targets, read: () => ({ input: 1, target: [0, 1] }) }),
    ).toThrow("labels have no shape: an example has one yes or no to each of them");
  });
});

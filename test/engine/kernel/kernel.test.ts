import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileKernel, isKernelGraph } from "../../../src/engine/kernel/index.js";
import {
  abs,
  and,
  cast,
  clip,
  div,
  equal,
  exp,
  full,
  greater,
  greaterOrEqual,
  input,
  less,
  lessOrEqual,
  max,
  maximum,
  mean,
  min,
  minimum,
  not,
  pow,
  relu,
  scalar,
  sign,
  sqrt,
  squaredNorm,
  step,
  stopGradient,
  sum,
  type Tensor,
  where,
} from "../../../src/graph/index.js";
import { evaluate } from "./evaluate.js";
import { runKernel } from "./run.js";

const COUNT = 23;
const shape = [COUNT];
const [a, b] = [input("a", shape), input("b", shape)];
const s = input("s", []);

/** Quotients of numbers away from 0: the sign of a zero is not defined by minimum, maximum and relu. */
const safeDiv = (x: Tensor, y: Tensor) => x.div(abs(y).add(0.5));

const binaries = [
  (x: Tensor, y: Tensor) => x.add(y),
  (x: Tensor, y: Tensor) => x.sub(y),
  (x: Tensor, y: Tensor) => x.mul(y),
  safeDiv,
  minimum,
  maximum,
  (x: Tensor, y: Tensor) => where(greater(x, y), y, x.neg()),
  (x: Tensor, y: Tensor) => where(and(less(x, y), not(equal(y, 0))), x, y),
  (x: Tensor, y: Tensor) => cast(greaterOrEqual(x, y), "float32"),
  (x: Tensor, y: Tensor) => cast(lessOrEqual(x, y), "float32").mul(y),
  (x: Tensor, y: Tensor) => where(cast(x, "bool"), y, scalar(3)),
];
const unaries = [
  (x: Tensor) => x.neg(),
  abs,
  sign,
  sqrt,
  relu,
  step,
  stopGradient,
  (x: Tensor) => clip(x, -1.5, 2),
  (x: Tensor) => minimum(x, 0.25),
  (x: Tensor) => maximum(-0.75, x),
  (x: Tensor) => x.mul(x),
  (x: Tensor) => x.mul(0.1).add(full(shape, 2)),
];

const element = fc.oneof(
  fc.float({ noDefaultInfinity: true, noNaN: true, min: -10, max: 10 }),
  fc.constantFrom(0, 1, -1, 1e-40, 3e38, -3e38, Infinity, -Infinity, Number.NaN),
);
const elements = fc.array(element, { minLength: COUNT, maxLength: COUNT });
const graph = fc
  .array(fc.tuple(fc.nat(1000), fc.nat(1000), fc.nat(1000)), { minLength: 1, maxLength: 12 })
  .map((steps) => {
    const pool: Tensor[] = [a, b, s, scalar(0.3)];
    const pick = (index: number) => pool[index % pool.length] ?? a;
    const operators = [...binaries, ...unaries];
    for (const [operator, x, y] of steps) {
      pool.push((operators[operator % operators.length] ?? safeDiv)(pick(x), pick(y)));
    }
    return pool.reduceRight((value, next) => (value.rank ? value : value.add(next)));
  });

const source = (value: Tensor, flushDenormals = false) => ({
  arrays: [a, b],
  scalars: [s],
  stores: [{ into: a, value: value.rank ? value : value.add(b.mul(0)), flushDenormals }],
});

describe("compileKernel", () => {
  it("computes random graphs as float32 arithmetic does, NaN and infinities included", () => {
    fc.assert(
      fc.property(graph, elements, elements, element, (value, x, y, z) => {
        const kernel = source(value);
        const [result] = runKernel(kernel, [x, y], [z]);
        const stored = kernel.stores[0]?.value ?? value;
        const expected = evaluate(
          stored,
          COUNT,
          new Map<Tensor, readonly number[] | number>([
            [a, x],
            [b, y],
            [s, z],
          ]),
        );
        // toEqual would tell 0 from -0.
        expect(Array.from(result ?? [], (v) => v + 0)).toEqual(expected.map((v) => v + 0));
      }),
      { numRuns: 400 },
    );
  });

  it("handles every count and leaves what is around the arrays alone", () => {
    for (let count = 0; count <= 70; count++) {
      const x = Array.from({ length: count }, (_, i) => i - 7);
      const [result] = runKernel(
        source(a.mul(2).add(b)),
        [x, x.map((v) => v * v)],
        [0],
        4 * (1 + (count % 5)),
      );
      expect(Array.from(result ?? [])).toEqual(x.map((v) => 2 * v + v * v));
    }
  });

  it("reads all arrays before it writes", () => {
    const kernel = {
      arrays: [a, b],
      scalars: [],
      stores: [
        { into: a, value: b },
        { into: b, value: a },
      ],
    };
    const x = Array.from({ length: 21 }, (_, i) => i);
    const [first, second] = runKernel(kernel, [x, x.map((v) => -v)]);
    expect(Array.from(first ?? [])).toEqual(x.map((v) => -v));
    expect(Array.from(second ?? [])).toEqual(x);
  });

  it("divides by zero as IEEE says", () => {
    const [result] = runKernel(
      source(div(a, b)),
      [
        [1, -1, 0, 1, 5],
        [0, 0, 0, -0, 2],
      ],
      [0],
    );
    expect(Array.from(result ?? [])).toEqual([Infinity, -Infinity, Number.NaN, -Infinity, 2.5]);
  });

  it("propagates NaN through minimum, maximum, clip, relu and sign, from either side", () => {
    const nan = Number.NaN;
    for (const value of [minimum(a, b), maximum(a, b), minimum(b, a), maximum(b, a)]) {
      const [result] = runKernel(
        source(value),
        [
          [nan, 1, nan, 2, nan],
          [1, nan, nan, 3, 0],
        ],
        [0],
      );
      expect(Array.from(result ?? [], Number.isNaN)).toEqual([true, true, true, false, true]);
    }
    for (const value of [
      minimum(a, 1),
      maximum(0, a),
      clip(a, -1, 1),
      relu(a),
      sign(a),
      a.mul(scalar(nan)),
    ]) {
      const [result] = runKernel(source(value), [[nan], [1]], [0]);
      expect(result?.[0]).toBeNaN();
    }
  });

  it("raises to whole and half powers within 2 units in the last place", () => {
    for (const exponent of [-4, -2.5, -1, -0.5, 0, 1.5, 2.5, 3, 4]) {
      fc.assert(
        fc.property(fc.float({ min: Math.fround(0.01), max: 100, noNaN: true }), (x) => {
          const [result] = runKernel(source(pow(a, exponent)), [[x], [1]], [0]);
          const expected = x ** exponent;
          expect(Math.abs((result?.[0] ?? 0) - expected)).toBeLessThanOrEqual(2 ** -22 * expected);
        }),
        { numRuns: 50 },
      );
    }
  });

  it("tells -0 from 0", () => {
    const kernel = {
      arrays: [a, b],
      scalars: [],
      stores: [
        { into: a, value: a.mul(0) },
        { into: b, value: a.mul(-0) },
      ],
    };
    const [zero, negative] = runKernel(kernel, [
      [1, 2, 3, 4, 5],
      [0, 0, 0, 0, 0],
    ]);
    expect(Array.from(zero ?? [], (v) => Object.is(v, 0))).toEqual(Array(5).fill(true));
    expect(Array.from(negative ?? [], (v) => Object.is(v, -0))).toEqual(Array(5).fill(true));
  });

  it("raises 0, NaN and infinity to the power 0, 1 each, as IEEE's pow does", () => {
    const x = [0, Number.NaN, Infinity, -2];
    const [result] = runKernel(source(pow(a, 0)), [x, x], [0]);
    expect(Array.from(result ?? [])).toEqual([1, 1, 1, 1]);
  });

  it("flushes what would become denormal, and nothing else", () => {
    const x = [1e-40, -1e-38, 1e-31, -1e-31, 2e-30, -2e-30, 0, 1, -1, Infinity, -Infinity, Number.NaN, 3e-45];
    const kept = x.map((v) => (Math.abs(v) <= 1e-30 ? 0 : Math.fround(v)));
    const ones = x.map(() => 1);
    expect(Array.from(runKernel(source(a, true), [x, ones], [0])[0] ?? [], (v) => v + 0)).toEqual(kept);
    expect(Array.from(runKernel(source(a), [x, ones], [0])[0] ?? [])).toEqual(x.map(Math.fround));
  });

  it("takes pointers in the upper half of the address space", () => {
    const memory = new WebAssembly.Memory({ initial: 40_000 });
    const pointer = 2 ** 31 + 64;
    const view = new Float32Array(memory.buffer, pointer, 19).fill(3);
    compileKernel(source(a.mul(b).add(s)))
      .bind(memory)
      .run([pointer, pointer], 19, [1]);
    expect(Array.from(view)).toEqual(Array(19).fill(10));
  });

  it("takes one instruction for the extreme of a constant and a value, whichever comes first", () => {
    const size = (value: Tensor) => compileKernel(source(value)).bytes.length;
    expect(size(maximum(0.5, a))).toBe(size(maximum(a, 0.5)));
    expect(size(minimum(0.5, a))).toBeLessThan(size(minimum(s, a)));
  });

  it("computes a repeated expression once", () => {
    const once = compileKernel(source(sqrt(a.mul(b))));
    const twice = compileKernel(source(maximum(sqrt(a.mul(b)), sqrt(a.mul(b)))));
    // One more operator in each copy of the body: a load of two operands, max, a variable.
    expect(twice.bytes.length - once.bytes.length).toBeLessThan(100);
    expect(compileKernel(source(a.mul(-0))).bytes).not.toEqual(compileKernel(source(a.mul(0))).bytes);
  });
});

describe("reductions in a kernel", () => {
  const close = (actual: Float32Array | undefined, expected: readonly number[]) => {
    expect(actual?.length).toBe(expected.length);
    expected.forEach((value, i) => {
      if (Number.isNaN(value)) expect(actual?.[i]).toBeNaN();
      else expect(Math.abs((actual?.[i] ?? 0) - value)).toBeLessThanOrEqual(5e-5 * (1 + Math.abs(value)));
    });
  };
  const cases: Record<string, Tensor> = {
    "a normalised step": a.sub(b.div(sqrt(squaredNorm(b)).add(1e-3)).mul(s)),
    "LARS' trust ratio": a.sub(b.mul(sqrt(squaredNorm(a)).div(sqrt(squaredNorm(b)).add(1e-3)))),
    "centring and scaling, a reduction of a reduction": a
      .sub(mean(a))
      .div(sqrt(mean(a.sub(mean(a)).mul(a.sub(mean(a))))).add(1)),
    "the largest and the smallest": a.sub(min(b)).div(max(abs(b)).add(1)),
    "a choice between numbers": where(greater(sum(a), sum(b)), a, b),
    "a fold of constants": a.add(sum(full(shape, 2))),
    "a value that is the same everywhere": sum(a).add(full(shape, 1)),
  };
  for (const [name, value] of Object.entries(cases)) {
    it(`computes ${name}`, () => {
      const kernel = { arrays: [a, b], scalars: [s], stores: [{ into: a, value }] };
      expect(compileKernel(kernel).reduces).toBe(true);
      const vector = fc.array(fc.float({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 50 });
      fc.assert(
        fc.property(vector, vector, (x, y) => {
          const count = Math.min(x.length, y.length);
          const inputs = [x.slice(0, count), y.slice(0, count)] as const;
          const [result] = runKernel(kernel, inputs, [0.5]);
          close(
            result,
            evaluate(
              value,
              count,
              new Map<Tensor, readonly number[] | number>([
                [a, inputs[0]],
                [b, inputs[1]],
                [s, 0.5],
              ]),
            ),
          );
        }),
        { numRuns: 60 },
      );
    });
  }

  it("sums three million squares accurately", () => {
    const count = 3_000_001;
    const memory = new WebAssembly.Memory({ initial: 200 });
    const x = new Float32Array(memory.buffer, 64, count);
    let expected = 0;
    for (let i = 0; i < count; i++) {
      x[i] = 0.1 + (i % 7) * 1e-3;
      expected += (x[i] ?? 0) ** 2;
    }
    const value = a.mul(0).add(squaredNorm(a));
    compileKernel({ arrays: [a], scalars: [], stores: [{ into: a, value }] })
      .bind(memory)
      .run([64], count, []);
    expect(Math.abs((x[5] ?? 0) / expected - 1)).toBeLessThan(1e-7);
  });

  it("says NaN where an element is NaN, in the main loop, the vectors and the last elements", () => {
    for (const position of [0, 17, 22]) {
      const x = Array.from({ length: COUNT }, (_, i) => (i === position ? Number.NaN : i));
      for (const fold of [sum, mean, max, min]) {
        const [result] = runKernel(source(b.add(fold(a))), [x, x.map(() => 1)], [0]);
        expect(Array.from(result ?? []).every(Number.isNaN)).toBe(true);
      }
    }
  });
});

it("sums count every element once, down to the smallest number there is", () => {
  const smallest = 2 ** -149;
  for (const count of [1, 2, 3, 5, 23]) {
    const x = input("x", [count]);
    const source = { arrays: [x], scalars: [], stores: [{ into: x, value: x.mul(0).add(sum(x)) }] };
    const [total] = runKernel(source, [Array(count).fill(smallest)]);
    expect(total?.[0]).toBe(count * smallest);
  }
});

describe("what a kernel does not have", () => {
  const w = input("w", [4, 4]);
  const stored =
    (value: Tensor, into = w) =>
    () =>
      compileKernel({ arrays: [w], scalars: [s], stores: [{ into, value }] });

  it("is named in an error", () => {
    expect(stored(w.matmul(w))).toThrow(/operator matmul .*; arithmetic.* sqrt .* can/);
    expect(stored(exp(w))).toThrow(/operator exp/);
    expect(stored(pow(w, 7))).toThrow(/exponent/);
    expect(stored(w.div(sum(w, 0)))).toThrow(/sum folds axes \[0\]/);
    expect(stored(w.add(input("u", [4, 4])))).toThrow(/"u" is used but/);
    expect(stored(w, input("u", [4, 4]))).toThrow(/"u", which is not among its arrays/);
    expect(stored(sum(w))).toThrow(/shape \[\] is stored into "w" of shape \[4, 4\]/);
    expect(stored(cast(w, "float64").mul(2))).toThrow(/float64/);
    expect(stored(where(and(greater(w, 0), scalar(1, "bool")), w, w.neg()))).toThrow(/bool constant/);
    const twice = [w, w].map((into) => ({ into, value: w.neg() }));
    expect(() => compileKernel({ arrays: [w], scalars: [], stores: twice })).toThrow(/one array twice/);
    expect(() => compileKernel({ arrays: [w, a], scalars: [], stores: [] })).toThrow(/"a" has shape \[23\]/);
  });

  it("is known beforehand", () => {
    expect(isKernelGraph([w.mul(s).add(sum(w)), w])).toBe(true);
    expect(isKernelGraph([w, w.matmul(w)])).toBe(false);
    expect(isKernelGraph([w.add(input("row", [4]))])).toBe(false);
    expect(isKernelGraph([input("row", [1, 4]).add(full([3, 4], 2))])).toBe(false);
  });

  it("is a run with the wrong number of arguments", () => {
    const bound = compileKernel(source(a)).bind(new WebAssembly.Memory({ initial: 1 }));
    expect(() => bound.run([0], 1, [1])).toThrow(/1 pointers and 1 scalars; it has 2 arrays and 1 scalars/);
  });
});

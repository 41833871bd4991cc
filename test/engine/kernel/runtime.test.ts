import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import {
  abs,
  and,
  cast,
  clip,
  greater,
  input,
  lessOrEqual,
  maximum,
  mean,
  minimum,
  not,
  pow,
  relu,
  sign,
  sqrt,
  step,
  sum,
  type Tensor,
  where,
} from "../../../src/graph/index.js";
import { writeModel } from "../../../src/onnx/write.js";
import { runKernel } from "./run.js";

const ordinary = [-3.5, -1, -0.3, 0, 0.2, 1, 1.7, 8, 100, 1e-3];
const special = [Infinity, -Infinity, Number.NaN];
const all = [...ordinary, ...special];
const shape = [all.length ** 2];
const a = input("a", shape);
const b = input("b", shape);
const left = all.flatMap((x) => all.map(() => x));
const right = all.flatMap(() => all);

const cases: Record<string, Tensor> = {
  "sums, products and quotients": a.add(b.mul(a)).sub(b.neg().div(a.add(3))),
  "absolute values and roots": sqrt(abs(a)).add(sqrt(b)),
  sign: sign(a),
  minimum: minimum(a, b),
  maximum: maximum(a, b),
  "a minimum with a number": minimum(a, 0.5),
  "a maximum with a number": maximum(0.5, b),
  "whole and half powers": pow(abs(a), 1.5).add(pow(abs(b), 3)),
  "inverse powers": pow(abs(a), -1).add(pow(abs(b), -2)),
  masks: where(and(greater(a, b), not(lessOrEqual(b, 0))), a, b.mul(2)),
  "masks as numbers": cast(greater(a, b), "float32"),
};
/** ONNX Runtime does not promise what these make of NaN; here it stays NaN, except in step. */
const withoutNaN: Record<string, Tensor> = {
  clip: clip(a, -1, 1.5),
  relu: relu(a),
  step: step(b),
};
const folded: Record<string, Tensor> = {
  "sums and means": a.sub(mean(step(b))).add(sum(step(a))),
};

describe("kernels and ONNX Runtime agree on", () => {
  const compare = (name: string, value: Tensor, [x, y]: readonly [number[], number[]]) =>
    it(name, async () => {
      const size = [x.length];
      const session = await ort.InferenceSession.create(
        writeModel({ inputs: [a, b], outputs: { y: value } }),
      );
      const feeds = Object.fromEntries(
        session.inputNames.map((key) => [
          key,
          new ort.Tensor("float32", Float32Array.from(key === "a" ? x : y), size),
        ]),
      );
      const expected = (await session.run(feeds)).y?.data;
      await session.release();
      const [actual] = runKernel({ arrays: [a, b], scalars: [], stores: [{ into: a, value }] }, [x, y]);
      if (!(expected instanceof Float32Array) || !actual) throw new Error("no result");
      expect(actual.length).toBe(expected.length);
      actual.forEach((value, i) => {
        const want = expected[i] ?? 0;
        const what = `a = ${x[i]}, b = ${y[i]}: got ${value}, want ${want}`;
        const same = Object.is(value + 0, want + 0) || Math.abs(value - want) <= 2 ** -22 * Math.abs(want);
        expect(same, what).toBe(true);
      });
    });
  for (const [name, value] of Object.entries(cases)) compare(name, value, [left, right]);
  const finite = (values: readonly number[]) => values.map((v) => (Number.isNaN(v) ? 2 : v));
  for (const [name, value] of Object.entries({ ...withoutNaN, ...folded })) {
    compare(name, value, [finite(left), finite(right)]);
  }
});

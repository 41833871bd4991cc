import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { z } from "zod";
import * as graph from "../../src/graph/index.js";
import { type DType, input, type Tensor } from "../../src/graph/index.js";
import { evaluateOnce, largestDifference } from "./run.js";

const perAxis = z.union([z.number(), z.array(z.number())]);
const options = z.strictObject({
  kernel_size: perAxis.optional(),
  stride: perAxis.optional(),
  padding: perAxis.optional(),
  dilation: perAxis.optional(),
  output_padding: perAxis.optional(),
  groups: z.number().optional(),
  count_include_pad: z.boolean().optional(),
});
const tensor = z.object({ shape: z.array(z.number()), values: z.array(z.number()) });
const cases = z.array(
  z.object({
    name: z.string(),
    options,
    inputs: z.array(tensor),
    y: tensor,
    first: z.array(z.array(z.number())),
    second: z.array(z.array(z.number()).nullable()),
  }),
);
const reference = z
  .object({ conv: cases, convTranspose: cases, maxPool: cases, averagePool: cases })
  .parse(JSON.parse(readFileSync(new URL("../reference/graph/torch.json", import.meta.url), "utf8")));

type Operator = keyof typeof reference;

const present = <T extends object>(entries: T) =>
  Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));

const build = (name: Operator, xs: readonly Tensor[], given: z.infer<typeof options>): Tensor => {
  const [x, w, bias] = xs;
  const { kernel_size, output_padding, count_include_pad = true, ...window } = given;
  if (x === undefined) throw new Error("no input");
  if (name === "maxPool") return graph.maxPool(x, { size: kernel_size ?? 1, ...present(window) });
  if (name === "averagePool") {
    return graph.averagePool(x, {
      size: kernel_size ?? 1,
      includePadding: count_include_pad,
      ...present(window),
    });
  }
  if (w === undefined) throw new Error("no weights");
  const all = present({ ...window, bias, outputPadding: output_padding });
  return name === "conv" ? graph.conv(x, w, all) : graph.convTranspose(x, w, all);
};

const rows = (Object.keys(reference) as Operator[]).flatMap((operator) =>
  reference[operator].flatMap((one) => [
    [operator, one.name, "float32", one] as const,
    [operator, one.name, "float64", one] as const,
  ]),
);

it.each(rows)("%s %s has PyTorch's numbers in %s", async (name, _case, dtype: DType, one) => {
  const xs = one.inputs.map(({ shape }, i) => input(`x${i}`, shape, dtype));
  const y = build(name, xs, one.options);
  const weights = graph.constant(
    dtype === "float32"
      ? Float32Array.from(one.y.values, (_, i) => Math.sin(i))
      : Float64Array.from(one.y.values, (_, i) => Math.sin(i)),
    y.shape,
    dtype,
  );
  const first = graph.grad(graph.sum(y.mul(weights)), xs);
  const squares = first.map((g) => graph.squaredNorm(g)).reduce((a, b) => a.add(b));
  const second = graph.grad(squares, xs);
  const at = await evaluateOnce(
    xs,
    Object.fromEntries([y, ...first, ...second].map((output, i) => [`${i}`, output])),
    one.inputs.map(({ values }) => values),
  );
  const expected = [
    one.y.values,
    ...one.first,
    ...one.second.map((g, i) => g ?? one.inputs[i]?.values.map(() => 0) ?? []),
  ];
  const tolerance = dtype === "float32" ? 2e-5 : 1e-12;
  expect(at["0"]?.shape).toEqual(one.y.shape);
  expected.forEach((values, i) => {
    expect(largestDifference(at[`${i}`]?.data ?? [], values), `output ${i}`).toBeLessThan(tolerance);
  });
});

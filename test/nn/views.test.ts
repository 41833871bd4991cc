import { describe, expect, it } from "vitest";
import { compile } from "../../src/engine/compile.js";
import { inputName } from "../../src/graph/tensor.js";
import { averagedViews, conv2d, flatten, type Layer, linear, sequential } from "../../src/index.js";
import { buildModel } from "../../src/nn/build.js";
import { inputOf } from "../../src/nn/index.js";

const [channels, height, width] = [2, 4, 5];
const size = channels * height * width;
const picture = Float32Array.from({ length: 2 * size }, (_, i) => Math.sin(i * i));

/** What a network answers in a mode, whatever its parameters are called. */
const answers = async (net: Layer, x: Float32Array, mode: "inference" | "training" = "inference") => {
  const model = buildModel(net, [channels, height, width]);
  const { [mode]: graph } = model;
  const output = Object.values(graph.outputs)[0] ?? expect.unreachable();
  const input = inputOf(graph);
  const program = await compile({
    inputs: [input, ...model.parameters.map(({ tensor }) => tensor)],
    outputs: { output },
  });
  const values = model.parameters.map(({ name, shape }) => {
    const count = shape.reduce((a, b) => a * b, 1);
    return [name, Float32Array.from({ length: count }, (_, i) => Math.cos(count + i * i))] as const;
  });
  const found = await program.run({ ...Object.fromEntries(values), [inputName(input)]: x });
  await program.release();
  return Array.from(found.output.data, Number);
};

/** Each picture read at other places: (y, x) of the result is `from(y, x)` of the picture. */
const read = (from: (y: number, x: number) => readonly [number, number]): Float32Array =>
  Float32Array.from({ length: picture.length }, (_, i) => {
    const [plane, rest] = [Math.floor(i / (height * width)), i % (height * width)];
    const [y, x] = from(Math.floor(rest / width), rest % width);
    return picture[(plane * height + y) * width + x] ?? expect.unreachable();
  });
const inside = (i: number, n: number) => (i < 0 ? -i : i >= n ? 2 * (n - 1) - i : i);
const shifted = (by: number) => read((y, x) => [inside(y - by, height), inside(x - by, width)]);

const net = () => sequential(conv2d(3), flatten(), linear(4));

describe("averagedViews", () => {
  it("is the mean of the answers to a picture and its mirror image", async () => {
    const plain = await answers(net(), picture);
    const mirror = await answers(
      net(),
      read((y, x) => [y, width - 1 - x]),
    );
    const both = await answers(averagedViews(net(), { flip: true }), picture);
    both.forEach((value, i) => void expect(value).toBeCloseTo((Number(plain[i]) + Number(mirror[i])) / 2, 5));
  });

  it("counts the moved pictures together as much as the one in its place", async () => {
    const plain = await answers(net(), picture);
    const [down, up] = [await answers(net(), shifted(2)), await answers(net(), shifted(-2))];
    const all = await answers(averagedViews(net(), { shift: 2 }), picture);
    all.forEach(
      (value, i) =>
        void expect(value).toBeCloseTo(Number(plain[i]) / 2 + (Number(down[i]) + Number(up[i])) / 4, 5),
    );
    const mirrored = async (x: Float32Array) => {
      const turned = x.map((_, i) => x[i - (i % width) + width - 1 - (i % width)] ?? Number.NaN);
      const [a, b] = [await answers(net(), x), await answers(net(), turned)];
      return a.map((value, i) => (value + Number(b[i])) / 2);
    };
    const six = await answers(averagedViews(net(), { shift: 2, flip: true }), picture);
    const [p, d, u] = [await mirrored(picture), await mirrored(shifted(2)), await mirrored(shifted(-2))];
    six.forEach(
      (value, i) => void expect(value).toBeCloseTo(Number(p[i]) / 2 + (Number(d[i]) + Number(u[i])) / 4, 5),
    );
  });

  it("trains on the picture as it is", async () => {
    const trained = await answers(averagedViews(net(), { shift: 1, flip: true }), picture, "training");
    expect(trained).toEqual(await answers(net(), picture, "training"));
  });

  it("refuses other shifts and inputs", () => {
    expect(() => averagedViews(net(), { shift: 0.5 })).toThrow(
      /shift must be a whole number of pixels, got 0.5/,
    );
    expect(() => buildModel(averagedViews(linear(2)), [4])).toThrow(
      /averagedViews: expected inputs of shape/,
    );
  });
});

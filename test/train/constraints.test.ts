import { describe, expect, it } from "vitest";
import {
  adam,
  blobs,
  type FitOptions,
  fit,
  gradientDescent,
  groupLasso,
  l1,
  l1Ball,
  l2,
  l2Ball,
  linear,
  maxNorm,
  nonNegative,
  on,
  relu,
  rule,
  sequential,
  unitNorm,
} from "../../src/index.js";
import { classesOf } from "../support/rows.js";

const data = blobs({ n: 128, seed: 3 });
const classes = classesOf(data);
const net = sequential(linear(12), relu(), linear(classes));

const train = async (options: FitOptions) => {
  const run = await fit(net, data, {
    epochs: 4,
    batchSize: 32,
    optimizer: gradientDescent({ learningRate: 0.5 }),
    threads: 1,
    ...options,
  });
  const weights = await run.weights();
  const [first = new Float32Array(), bias = new Float32Array(), second = new Float32Array()] =
    run.parameters.map(({ name }) => weights.get(name));
  const columns = (w: Float32Array, units: number) =>
    Array.from({ length: units }, (_, j) => Math.hypot(...w.filter((_, i) => i % units === j)));
  return { first, bias, second, norms: [columns(first, 12), columns(second, classes)].flat(), run };
};

const norm1 = (x: Float32Array) => x.reduce((a, b) => a + Math.abs(b), 0);

describe("constraints hold after training, on the edge where they bind", () => {
  it("max-norm and unit norm of every unit", async () => {
    const { norms } = await train({ constraint: maxNorm(0.7) });
    for (const norm of norms) expect(norm).toBeLessThan(0.7 * (1 + 1e-5));
    expect(Math.max(...norms)).toBeGreaterThan(0.7 * (1 - 1e-5));
    for (const norm of (await train({ constraint: unitNorm() })).norms) expect(norm).toBeCloseTo(1, 5);
  });

  it("non-negative weights, and free biases", async () => {
    const { first, second, bias } = await train({ constraint: nonNegative() });
    expect(Math.min(...first, ...second)).toBe(0);
    expect(Math.min(...bias)).toBeLessThan(0);
  });

  it("l2 and l1 balls of each parameter", async () => {
    const ball = await train({ constraint: l2Ball(1.5) });
    for (const w of [ball.first, ball.second]) expect(Math.hypot(...w)).toBeCloseTo(1.5, 4);
    const diamond = await train({ constraint: l1Ball(3) });
    for (const w of [diamond.first, diamond.second]) expect(norm1(w)).toBeCloseTo(3, 4);
    expect([...diamond.first, ...diamond.second].filter((w) => w === 0).length).toBeGreaterThan(5);
  });

  it("several at once, with Adam, on chosen parameters", async () => {
    const { first, second } = await train({
      optimizer: adam({ learningRate: 0.05 }),
      constraint: [
        on(/linear1\.weight/, nonNegative()),
        on(/linear1\.weight/, l1Ball(2)),
        on(/linear2/, nonNegative()),
      ],
    });
    expect(Math.min(...first)).toBe(0);
    expect(norm1(first)).toBeLessThan(2 + 1e-4);
    expect(norm1(second)).toBeGreaterThan(2);
  });

  it("group lasso switches off whole units", async () => {
    const { norms, run } = await train({ constraint: on("linear1.weight", groupLasso(0.02)), epochs: 30 });
    const off = norms.slice(0, 12).filter((norm) => norm === 0).length;
    expect(off).toBeGreaterThan(0);
    expect(off).toBeLessThan(12);
    expect(run.epochs.at(-1)?.train.error).toBeLessThan(30);
  });
});

it("penalties combine in a list and reach chosen parameters only", async () => {
  const plain = await train({ epochs: 1 });
  const { first, second, bias } = await train({
    penalty: [l2(0), on(/linear2\.weight/, l1(0.3))],
    epochs: 1,
  });
  expect(second.filter((w) => w === 0).length).toBeGreaterThan(0);
  expect(first.filter((w) => w === 0).length).toBe(0);
  expect(plain.second.filter((w) => w === 0).length).toBe(0);
  expect((await train({ penalty: on(/bias/, l1(10)) })).bias.every((b) => b === 0)).toBe(true);
  expect(bias.some((b) => b !== 0)).toBe(true);
});

it("strengths of penalties and of group lasso may follow a schedule", async () => {
  const late = ({ step, steps }: { step: number; steps: number }) => (step >= steps / 2 ? 0.2 : 0);
  const zeros = (w: Float32Array) => w.filter((v) => v === 0).length;
  const penalised = await train({ penalty: l1(late) });
  expect(zeros(penalised.first)).toBeGreaterThan(0);
  const grouped = await train({ constraint: groupLasso(late) });
  expect(grouped.norms.filter((norm) => norm === 0).length).toBeGreaterThan(0);
  const never = await train({ constraint: groupLasso(() => 0) });
  expect(never.first).toEqual((await train({})).first);
});

describe("bad input", () => {
  it("names what exists where nothing matches", async () => {
    await expect(train({ penalty: on("linear9.weight", l2(1)) })).rejects.toThrow(
      /penalty: no parameter matches "linear9.weight"; the parameters are .*linear1\.weight, .*linear1\.bias/,
    );
    await expect(train({ constraint: on(/conv/, maxNorm(2)) })).rejects.toThrow(
      "constraint: no parameter matches /conv/",
    );
  });

  it("says what was given in place of a penalty or a constraint", async () => {
    const refused = (options: Record<string, unknown>) => expect(train(options)).rejects;
    await refused({ penalty: 1e-4 }).toThrow("penalty: expected something such as l2(1e-4), got 0.0001");
    await refused({ penalty: [l2(1e-4), l1] }).toThrow("got the function l1, which has to be called");
    await refused({ penalty: maxNorm(1) }).toThrow("got a constraint; give it as `constraint`");
    await refused({ constraint: on(/weight/, l2(1)) }).toThrow("got a penalty; give it as `penalty`");
    await refused({ constraint: unitNorm }).toThrow("got the function unitNorm, which has to be called");
  });

  it("refuses negative strengths, limits that are not positive, and units of vectors", async () => {
    expect(() => groupLasso(-1)).toThrow(
      "groupLasso: lambda is -1; expected a finite number that is not negative",
    );
    expect(() => maxNorm(0)).toThrow("maxNorm: limit is 0; expected a finite number above 0");
    expect(() => l1Ball(-2)).toThrow("l1Ball: radius is -2");
    expect(() => l2Ball(Number.NaN)).toThrow("l2Ball: radius is NaN");
    await expect(train({ constraint: on(/bias/, unitNorm()) })).rejects.toThrow(
      /bias of shape \[12\] has no units/,
    );
    const silent = rule("silent", {}, ({ theta }) => ({ theta }));
    await expect(train({ optimizer: silent, constraint: groupLasso(1) })).rejects.toThrow(
      "groupLasso: the rule silent does not tell its learning rate",
    );
    await expect(train({ constraint: groupLasso(({ step }) => -step) })).rejects.toThrow(
      /groupLasso: lambda is -1 at step 1/,
    );
  });
});

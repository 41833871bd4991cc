import { describe, expect, it } from "vitest";
import { compile } from "../../src/engine/compile.js";
import { compileKernel, isKernelGraph } from "../../src/engine/kernel/index.js";
import { inputName } from "../../src/graph/tensor.js";
import * as optim from "../../src/optim/index.js";
import { random } from "../../src/random/random.js";
import { rules } from "../support/rules.js";

const shape = [7, 9];
const count = 63;
const steps = 12;

describe("a rule as a kernel and as an ONNX graph computes the same", () => {
  it.each(Object.entries(rules))("%s", async (_name, rule) => {
    const traced = optim.traceRule(rule, shape);
    expect(isKernelGraph(traced.next.map(({ value }) => value))).toBe(true);
    const arrays = [traced.theta, traced.g, ...traced.states.map(({ input }) => input)];
    const scalars = traced.scalars.map(({ input }) => input);

    const kernel = compileKernel({ arrays, scalars, stores: traced.next });
    const memory = new WebAssembly.Memory({ initial: 1 });
    const bound = kernel.bind(memory);
    const views = arrays.map((_, i) => new Float32Array(memory.buffer, 512 * i, count));
    const program = await compile({
      inputs: [...arrays, ...scalars],
      outputs: Object.fromEntries(traced.next.map(({ into, value }) => [`next ${inputName(into)}`, value])),
    });

    const stream = random(1, "rule test");
    views.forEach((view, i) => {
      const initial = traced.states[i - 2]?.initial;
      if (i === 0) stream.fillNormal(view);
      else if (initial === "theta") view.set(views[0] ?? []);
      else view.fill(initial ?? 0);
    });
    const onnx = new Map<string, Float32Array>(
      arrays.map((x, i) => [inputName(x), (views[i] as Float32Array).slice()]),
    );

    for (let step = 0; step < steps; step++) {
      const g = views[1] as Float32Array;
      stream.fillNormal(g);
      onnx.set("g", g.slice());
      const time = { step, steps, stepsPerEpoch: 4 };
      const values = traced.scalars.map(({ rate }) => optim.rateAt(rate, time));
      bound.run(
        arrays.map((_, i) => 512 * i),
        count,
        values,
      );
      const given = Object.fromEntries(scalars.map((x, i) => [inputName(x), [values[i] ?? 0]]));
      const next = await program.run({ ...Object.fromEntries(onnx), ...given });
      for (const { into } of traced.next) {
        onnx.set(inputName(into), next[`next ${inputName(into)}`]?.data as Float32Array);
      }
    }
    arrays.forEach((x, i) => {
      const expected = onnx.get(inputName(x)) ?? new Float32Array();
      for (let j = 0; j < count; j++) {
        const [ours, theirs] = [views[i]?.[j] ?? 0, expected[j] ?? 0];
        expect(Math.abs(ours - theirs), `${inputName(x)}[${j}]: ${ours} and ${theirs}`).toBeLessThanOrEqual(
          2e-5 * Math.max(1, Math.abs(theirs)),
        );
      }
    });
    await program.release();
  });

  it("covers every rule of the library but Muon, which multiplies matrices and runs as an ONNX graph only", () => {
    const isRule = (value: unknown): value is () => optim.Rule =>
      typeof value === "function" &&
      (() => {
        try {
          const made: unknown = value();
          return typeof made === "object" && made !== null && "states" in made && "update" in made;
        } catch {
          return false;
        }
      })();
    const names = Object.entries(optim).flatMap(([name, value]) => (isRule(value) ? [name] : []));
    expect(names.length).toBeGreaterThan(12);
    expect(names.filter((name) => !(name in rules))).toEqual(["muon"]);
    const muon = optim.traceRule(optim.muon(), shape);
    expect(isKernelGraph(muon.next.map(({ value }) => value))).toBe(false);
  });
});

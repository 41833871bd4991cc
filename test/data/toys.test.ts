import { describe, expect, it } from "vitest";
import type { Dataset } from "../../src/data/dataset.js";
import { blobs, circles, moons, polynomial, spirals } from "../../src/data/toys.js";
import { classesOf, rowsOf } from "../support/rows.js";

const points = (source: Dataset): { x: number; y: number; label: number }[] => {
  const { inputs, targets: labels } = rowsOf(source);
  return Array.from(labels, (label, i) => ({ x: inputs[2 * i] ?? 0, y: inputs[2 * i + 1] ?? 0, label }));
};

describe("points in the plane", () => {
  const makers = [moons, circles, spirals, blobs];

  it.each(makers)("%s: reproducible, balanced, of the size asked for", (make) => {
    const data = make({ n: 60, seed: 3 });
    expect(data.inputs.input?.shape).toEqual([2]);
    expect(points(data)).toEqual(points(make({ n: 60, seed: 3 })));
    expect(points(data)).not.toEqual(points(make({ n: 60, seed: 4 })));
    const classes = classesOf(data);
    expect(points(data).map(({ label }) => label)).toEqual(Array.from({ length: 60 }, (_, i) => i % classes));
    expect(make().size).toBe(1000);
  });

  it.each(makers)("%s: refuses a bad size, noise or seed", (make) => {
    expect(() => make({ n: 0 })).toThrow("n is 0");
    expect(() => make({ n: 2.5 })).toThrow("n is 2.5");
    expect(() => make({ noise: -1 })).toThrow("noise is -1");
    expect(() => make({ noise: Number.NaN })).toThrow("noise is NaN");
    expect(() => make({ seed: -1 })).toThrow("seed is -1");
  });

  it("without noise lie on their curves", () => {
    for (const { x, y, label } of points(moons({ n: 50, noise: 0 }))) {
      expect(label === 0 ? Math.hypot(x, y) : Math.hypot(1 - x, 0.5 - y)).toBeCloseTo(1, 6);
      expect(label === 0 ? y >= 0 : y <= 0.5).toBe(true);
    }
    for (const { x, y, label } of points(circles({ n: 50, noise: 0, classes: 4 }))) {
      expect(Math.hypot(x, y)).toBeCloseTo((label + 1) / 4, 6);
    }
    for (const { x, y, label } of points(spirals({ n: 50, noise: 0, classes: 3, turns: 2 }))) {
      const radius = Math.hypot(x, y);
      const turn = Math.atan2(y, x) / (2 * Math.PI) - (2 * radius + label / 3);
      expect(Math.abs(turn - Math.round(turn))).toBeLessThan(1e-4);
    }
    for (const { x, y, label } of points(blobs({ n: 50, noise: 0, classes: 5 }))) {
      expect([x, y]).toEqual(
        [0.4 * Math.PI * label].flatMap((a) => [Math.cos(a), Math.sin(a)].map(Math.fround)),
      );
    }
  });

  it("without options are what their documentation says", () => {
    const documented: [() => Dataset, () => Dataset][] = [
      [moons, () => moons({ n: 1000, noise: 0.1, seed: 0 })],
      [circles, () => circles({ n: 1000, noise: 0.05, seed: 0, classes: 2 })],
      [spirals, () => spirals({ n: 1000, noise: 0.02, seed: 0, classes: 2, turns: 1.5 })],
      [blobs, () => blobs({ n: 1000, noise: 0.3, seed: 0, classes: 3 })],
    ];
    for (const [make, full] of documented) {
      expect(points(make())).toEqual(points(full()));
      expect(make().targets).toEqual(full().targets);
    }
  });

  it("fill their curves evenly", () => {
    const share = (source: Dataset, holds: (x: number, y: number) => boolean) =>
      points(source).filter(({ x, y }) => holds(x, y)).length / source.size;
    const many = { n: 4000, noise: 0 };
    // A quarter of the points lie within half the radius, as in a disc.
    expect(share(spirals(many), (x, y) => Math.hypot(x, y) < 0.5)).toBeCloseTo(0.25, 1);
    for (const inside of [(x: number) => x > 0, (_x: number, y: number) => y > 0]) {
      expect(share(circles(many), inside)).toBeCloseTo(0.5, 1);
    }
    // Of a half circle, two thirds lie within 60 degrees of its top.
    const upper = points(moons(many)).filter(({ label }) => label === 0);
    expect(upper.filter(({ y }) => y > 0.5).length / upper.length).toBeCloseTo(2 / 3, 1);
  });

  it("spread by the noise asked for", () => {
    const deviations = points(blobs({ n: 4000, noise: 0.3, classes: 2 })).map(({ y }) => y);
    expect(Math.sqrt(deviations.reduce((sum, y) => sum + y * y, 0) / 4000)).toBeCloseTo(0.3, 1);
  });

  it("refuse too few classes and endless turns", () => {
    for (const make of [circles, spirals, blobs]) expect(() => make({ classes: 1 })).toThrow("classes is 1");
    expect(() => spirals({ turns: Infinity })).toThrow("turns is Infinity");
  });
});

describe("polynomial", () => {
  const values = (source: Dataset) => {
    const { inputs: x, targets: y } = rowsOf(source);
    return { x, y };
  };

  it("is the lecture's 21 points by default", () => {
    const data = polynomial();
    expect(data.size).toBe(21);
    expect(data.inputs).toEqual({ input: { kind: "float", shape: [1] } });
    expect(data.targets).toEqual({ target: { kind: "value", shape: [1] } });
    const { x } = values(data);
    expect([x[0], x[10], x[20]]).toEqual([-1, 0, 1]);
    const documented = polynomial({
      n: 21,
      noise: 0.2,
      seed: 0,
      coefficients: [-0.5, 0.5, 1.5],
      low: -1,
      high: 1,
    });
    expect(values(data)).toEqual(values(documented));
    expect([...values(polynomial({ n: 1, low: 3, high: 5 })).x]).toEqual([3]);
  });

  it("follows its coefficients, with noise on top", () => {
    const options = { n: 2001, coefficients: [1, -2, 0, 3], low: 0, high: 2 };
    const exact = values(polynomial({ ...options, noise: 0 }));
    exact.x.forEach((x, i) => {
      expect(exact.y[i]).toBeCloseTo(1 - 2 * x + 3 * x ** 3, 4);
    });
    const noisy = values(polynomial({ ...options, noise: 0.5, seed: 1 }));
    expect(noisy.x).toEqual(exact.x);
    const variance = noisy.y.reduce((sum, y, i) => sum + (y - (exact.y[i] ?? 0)) ** 2, 0) / 2001;
    expect(Math.sqrt(variance)).toBeCloseTo(0.5, 1);
    expect(values(polynomial({ ...options, noise: 0.5, seed: 2 })).y).not.toEqual(noisy.y);
  });

  it("refuses a bad interval, size or noise", () => {
    expect(() => polynomial({ low: 1, high: 1 })).toThrow("low 1 and high 1");
    expect(() => polynomial({ high: Infinity })).toThrow("high Infinity");
    expect(() => polynomial({ n: 0 })).toThrow("n is 0");
    expect(() => polynomial({ noise: -0.1 })).toThrow("noise is -0.1");
    expect(() => polynomial({ coefficients: [1, Number.NaN] })).toThrow("target of example 0 is NaN");
  });
});

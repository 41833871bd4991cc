import { describe, expect, it } from "vitest";
import {
  changeOf,
  type EqualStart,
  equalUnitsClaim,
  fixedSigmaClaim,
  linearSignalsClaim,
  reluSignalsClaim,
  varianceClaim,
  zeroGradientsClaim,
} from "../../src/studies/claims/index.js";

const still: EqualStart = {
  activation: "tanh",
  value: 0,
  dropped: false,
  hiddenGradient: 0,
  distinct: [1, 1],
  moved: 0,
  error: 90,
};

describe("weights that are zero", () => {
  it("have no gradient, and stay unless the nonlinearity passes something on", () => {
    const sigmoid = { ...still, activation: "sigmoid", moved: 0.1 };
    const claim = zeroGradientsClaim([sigmoid, still], 100);
    expect(claim.verdict).toBe("held");
    expect(claim.measured).toContain("for sigmoid and tanh; with tanh the first layer has moved by 0");
    expect(zeroGradientsClaim([sigmoid], 100).verdict).toBe("held");
    expect(zeroGradientsClaim([sigmoid, { ...still, moved: 1e-9 }], 100).verdict).toBe("not held");
    expect(zeroGradientsClaim([{ ...still, hiddenGradient: 1e-9 }], 100).verdict).toBe("not held");
  });
});

describe("weights that are equal", () => {
  const alike = { ...still, value: 0.5, moved: 1, error: 40 };
  const thinned: EqualStart = { ...alike, dropped: true, distinct: [8, 7], error: 30 };
  const judge = (runs: readonly EqualStart[], error = 5) =>
    equalUnitsClaim(runs, { units: 8, updates: 100, different: { activation: "tanh", error } });

  it("stay equal without dropout and differ under it, where different ones learn more", () => {
    expect(judge([alike, thinned]).verdict).toBe("held");
    expect(judge([alike, thinned]).measured).toContain(
      "from 0.5 the 8 units of each hidden layer have 1 distinct set of weights, bit for bit; under dropout from 0.5 7 sets",
    );
    // Weights of 0 do not move under dropout either, which says nothing.
    expect(judge([alike, still, thinned, { ...still, dropped: true }]).verdict).toBe("held");
  });

  it("refute the claim where they part, where dropout leaves them alike, and where different ones learn no more", () => {
    expect(judge([{ ...alike, distinct: [1, 2] }, thinned]).verdict).toBe("not held");
    expect(judge([alike, { ...thinned, distinct: [8, 1] }]).verdict).toBe("not held");
    expect(judge([alike, { ...thinned, moved: 0 }]).verdict).toBe("not held");
    expect(judge([alike, thinned], 20).verdict).toBe("not held");
  });
});

describe("variances", () => {
  it("are n_in·σ² to 5 %", () => {
    expect(varianceClaim([{ sigma: 0.1, first: 1.04, expected: 1 }]).verdict).toBe("held");
    expect(varianceClaim([{ sigma: 0.1, first: 1.06, expected: 1 }]).verdict).toBe("not held");
    expect(varianceClaim([{ sigma: 0.1, first: 0.94, expected: 1 }]).verdict).toBe("not held");
  });

  it("with a fixed σ grow or fall by more than 2 per layer, or the claim fails", () => {
    const judge = (...forward: number[]) =>
      fixedSigmaClaim(
        "relu",
        5,
        forward.map((each) => ({ sigma: 0.1, forward: each })),
      ).verdict;
    expect(judge(0.06, 17)).toBe("held");
    expect(judge(0.06, 15)).toBe("not held");
    expect(judge(0.07)).toBe("not held");
  });

  it("change from the first layer to the last, those of gradients the other way", () => {
    expect(changeOf({ activations: [2, 5, 1], gradients: [3, 7, 6] })).toEqual({
      forward: 0.5,
      backward: 0.5,
    });
  });

  it("are kept by LeCun and balanced by Xavier through linear layers", () => {
    const [leCun, xavier] = [
      { forward: 1, backward: 0.1 },
      { forward: 3, backward: 0.3 },
    ];
    expect(linearSignalsClaim(leCun, xavier).verdict).toBe("held");
    expect(linearSignalsClaim({ ...leCun, forward: 2.1 }, xavier).verdict).toBe("not held");
    expect(linearSignalsClaim(leCun, { ...xavier, backward: 0.1 }).verdict).toBe("not held");
    expect(linearSignalsClaim(leCun, { forward: 4.1, backward: 0.3 }).verdict).toBe("not held");
  });

  it("are kept by He through relu, and halved per layer by LeCun", () => {
    const change = (forward: number) => ({ forward, backward: 1 });
    const judge = (he: number, leCun: number, depth = 11) =>
      reluSignalsClaim(change(he), change(leCun), change(leCun), depth).verdict;
    expect(judge(1.5, 0.001)).toBe("held");
    expect(judge(4.1, 0.001)).toBe("not held");
    expect(judge(1.5, 0.01)).toBe("not held");
    expect(judge(1.5, 0.0625, 5)).toBe("held");
    expect(judge(1.5, 0.125, 4)).toBe("undecided");
  });
});

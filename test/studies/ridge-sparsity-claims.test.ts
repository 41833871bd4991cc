import { describe, expect, it } from "vitest";
import {
  chosenStrengthClaim,
  cornerClaim,
  errorsAlongClaim,
  fallingNormClaim,
} from "../../src/studies/claims/index.js";

const fitOf = (lambda: number, weight: number) => ({
  lambda,
  weights: Float64Array.of(0, weight),
  intercept: 0,
});

describe("claims of ridge regression", () => {
  it("ask for weights that fall from one strength to the next", () => {
    expect(fallingNormClaim([fitOf(1, 3), fitOf(2, -2), fitOf(3, 1)]).verdict).toBe("held");
    expect(fallingNormClaim([fitOf(1, 3), fitOf(2, 1), fitOf(3, 1)]).verdict).toBe("not held");
  });

  it("ask for a test error that falls and rises, and for a training error that rises", () => {
    const sound = { lambdas: [1, 2, 3], train: [1, 1, 2], test: [2, 1, 3] };
    expect(errorsAlongClaim(sound).verdict).toBe("held");
    expect(errorsAlongClaim(sound).measured).toContain("1 at λ = 2");
    for (const wrong of [{ test: [1, 2, 3] }, { test: [3, 2, 1] }, { train: [1, 0.9, 2] }]) {
      expect(errorsAlongClaim({ ...sound, ...wrong }).verdict).toBe("not held");
    }
  });

  it("ask whether what was chosen is nearly the best", () => {
    const errors = { lambdas: [1, 2, 3], train: [1, 1, 2], test: [1.2, 1, 3] };
    expect(chosenStrengthClaim(errors, 1).verdict).toBe("held");
    expect(chosenStrengthClaim(errors, 3).verdict).toBe("not held");
  });
});

describe("the claim of the corner", () => {
  const sound = {
    B: 1,
    free: Float64Array.of(2, 0.5),
    diamond: [1, 0],
    circle: [0.9, 0.4],
    radii: [0.5, 4],
    // Beyond ‖w*‖ a radius holds nothing back: what is 0 there does not count.
    ways: {
      l1: [
        [0.5, 0],
        [2, 0],
      ],
      l2: [
        [0.4, 0.3],
        [2, 0],
      ],
    },
  };

  it("asks for a zero on the diamond and none on the circle", () => {
    expect(cornerClaim(sound).verdict).toBe("held");
    expect(cornerClaim(sound).measured).toContain("exactly 0 for 1 of 1 radii");
    expect(cornerClaim({ ...sound, diamond: [0.6, 0.4] }).verdict).toBe("not held");
    expect(cornerClaim({ ...sound, circle: [1, 0] }).verdict).toBe("not held");
    const sparse = { ...sound.ways, l2: [[0, 0.5]] };
    expect(cornerClaim({ ...sound, ways: sparse }).verdict).toBe("not held");
  });

  it("leaves open what a ball says that holds nothing back", () => {
    expect(cornerClaim({ ...sound, B: 2.5 }).verdict).toBe("undecided");
    expect(cornerClaim({ ...sound, B: 2.49 }).verdict).toBe("held");
  });
});

import { describe, expect, it } from "vitest";
import {
  approximationFallsClaim,
  tradeOffClaim,
  trainingFallsClaim,
} from "../../src/studies/claims/learning-theory.js";

describe("claims of learning theory", () => {
  it("ask for a training error that falls, and a test error that does not", () => {
    const degrees = [1, 2, 5];
    expect(trainingFallsClaim({ degrees, train: [3, 2, 1], test: [3, 1, 2] }).verdict).toBe("held");
    expect(trainingFallsClaim({ degrees, train: [3, 2, 2.5], test: [3, 1, 2] }).verdict).toBe("not held");
    expect(trainingFallsClaim({ degrees, train: [3, 2, 1], test: [3, 2, 1] }).verdict).toBe("not held");
    expect(trainingFallsClaim({ degrees, train: [3, 2, 1], test: [3, 1, 2] }).measured).toBe(
      "train 3, 2, 1 and test 3, 1, 2 at d = 1, 2, 5",
    );
  });

  it("ask which error dominates at both ends", () => {
    const at = (degree: number, learning: number, approximation: number) => ({
      degree,
      learning,
      approximation,
    });
    const [simple, middle, complex] = [at(1, 0.1, 1), at(2, 0.2, 0.1), at(3, 1, 0)];
    const all = [simple, middle, complex];
    expect(tradeOffClaim(21, simple, complex, all)).toMatchObject({
      verdict: "held",
      measured: expect.stringContaining("the sum is least at d = 2"),
    });
    expect(tradeOffClaim(21, complex, simple, all).verdict).toBe("not held");
    expect(approximationFallsClaim(all).verdict).toBe("held");
    expect(approximationFallsClaim(all.toReversed()).verdict).toBe("not held");
  });
});

import { describe, expect, it } from "vitest";
import {
  higherRateClaim,
  identityClaim,
  runningStatisticsClaim,
  standardOutputsClaim,
} from "../../src/studies/claims/batch-norm.js";

describe("claims of batch normalisation", () => {
  it("ask for mean 0 and variance 1", () => {
    const sound = { features: 3, examples: 32, worstMean: 1e-7, worstVariance: 1e-4 };
    expect(standardOutputsClaim(sound).verdict).toBe("held");
    expect(standardOutputsClaim({ ...sound, worstMean: 1e-3 }).verdict).toBe("not held");
    expect(standardOutputsClaim({ ...sound, worstVariance: 0.1 }).verdict).toBe("not held");
  });

  it("ask for the identity", () => {
    expect(identityClaim(1e-8).verdict).toBe("held");
    expect(identityClaim(1e-3).verdict).toBe("not held");
    expect(identityClaim(Number.NaN).verdict).not.toBe("held");
  });

  it("ask for answers without neighbours, by statistics of the training set", () => {
    const sound = { examples: 16, independence: 1e-8, worstMean: 0.01, worstVariance: 0.02 };
    expect(runningStatisticsClaim(sound).verdict).toBe("held");
    for (const wrong of [{ independence: 0.1 }, { worstMean: 0.5 }, { worstVariance: 0.5 }]) {
      expect(runningStatisticsClaim({ ...sound, ...wrong }).verdict).toBe("not held");
    }
  });

  it("leave open what a rate that both stand, or neither, says", () => {
    const at = (plain: number, normalised: number) => higherRateClaim(1, plain, normalised, 0.3);
    expect(at(Number.POSITIVE_INFINITY, 0.1).verdict).toBe("held");
    expect(at(Number.POSITIVE_INFINITY, 0.1).measured).toContain("∞ (diverged)");
    expect(at(0.1, 0.6).verdict).toBe("not held");
    expect(at(0.1, 0.2).verdict).toBe("undecided");
    expect(at(0.6, 0.5).verdict).toBe("undecided");
  });
});

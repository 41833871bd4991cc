import { expect, it } from "vitest";
import { conditionClaim, fewerStepsClaim, standardisedClaim } from "../../src/studies/claims/index.js";

const gapOf = (steps: number, factor: number) => Array.from({ length: steps + 1 }, (_, t) => factor ** t);

/** Stages whose gaps shrink by these factors per step; the condition numbers fall. */
const runs = (factors: readonly number[], steps = 100) =>
  ["raw", "centred", "standardised", "whitened"].map((name, i) => ({
    name,
    condition: 10 ** (3 - i),
    gap: gapOf(steps, factors[i] ?? 1),
  }));

it("features are standardised by the numbers of the part that was fitted on, and of no other", () => {
  const seen = [
    [-1, 1],
    [1, -1],
  ];
  const unseen = [
    [0.5, 1],
    [1, -1],
  ];
  expect(standardisedClaim(seen, unseen)).toMatchObject({ verdict: "held" });
  expect(standardisedClaim(seen, unseen).measured).toContain("means up to 0.75");
  expect(standardisedClaim(unseen, seen).verdict).toBe("not held");
  expect(
    standardisedClaim(
      [
        [-2, 1],
        [2, -1],
      ],
      unseen,
    ).verdict,
  ).toBe("not held");
  // A part with the same mean would have been fitted on itself.
  expect(standardisedClaim(seen, seen).verdict).toBe("not held");
});

it("each stage is better conditioned than the one before, or the claim fails", () => {
  const [raw, centred, standardised, whitened] = runs([]);
  if (!raw || !centred || !standardised || !whitened) throw new Error("four stages");
  expect(conditionClaim([raw, centred, standardised, whitened]).verdict).toBe("held");
  expect(conditionClaim([raw, standardised, centred, whitened]).verdict).toBe("not held");
});

it("steps to the minimum are counted to 10⁻⁶ of the start", () => {
  const claim = fewerStepsClaim(runs([0.9, 0.5, 0.09, 0.009]));
  expect(claim).toMatchObject({ verdict: "held" });
  expect(claim.measured).toContain("raw more than 100, centred 20, standardised 6, whitened 3");
  expect(fewerStepsClaim(runs([0.5, 0.1, 0.1, 0.01])).verdict).toBe("held");
  // No fewer, more in between, and too few steps to tell.
  expect(fewerStepsClaim(runs([0.5, 0.5, 0.5, 0.01])).verdict).toBe("not held");
  expect(fewerStepsClaim(runs([0.5, 0.1, 0.2, 0.01])).verdict).toBe("not held");
  expect(fewerStepsClaim(runs([0.95, 0.95, 0.95, 0.01])).verdict).toBe("undecided");
});

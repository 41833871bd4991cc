import { expect, it } from "vitest";
import {
  notSameUnderAdamClaim,
  ridgeMinimiserClaim,
  sameUnderDescentClaim,
} from "../../src/studies/claims/weight-decay.js";

it("claims of weight decay are judged both ways, and undecided where nobody has arrived", () => {
  expect(sameUnderDescentClaim({ steps: 10, worst: 1e-12, rounding: 1e-9 }).verdict).toBe("held");
  expect(sameUnderDescentClaim({ steps: 10, worst: 1e-3, rounding: 1e-9 }).verdict).toBe("not held");
  expect(notSameUnderAdamClaim(0.1, { worst: 0.3 }).verdict).toBe("held");
  expect(notSameUnderAdamClaim(0.1, { worst: 1e-4 }).verdict).toBe("not held");
  const ends = { descentPenalty: 0.001, descentDecay: 0.001, adamPenalty: 0.001, adamDecay: 0.3 };
  expect(ridgeMinimiserClaim(ends, 0.02).verdict).toBe("held");
  expect(ridgeMinimiserClaim({ ...ends, adamDecay: 0.001 }, 0.02).verdict).toBe("not held");
  expect(ridgeMinimiserClaim({ ...ends, descentDecay: 0.3 }, 0.02).verdict).toBe("not held");
  expect(ridgeMinimiserClaim({ ...ends, adamPenalty: 0.3 }, 0.02).verdict).toBe("undecided");
});

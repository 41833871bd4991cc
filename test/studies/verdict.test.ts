import { expect, it } from "vitest";
import { allOf, judged, positive } from "../../src/studies/shared/verdict.js";

it("a difference within two standard errors is undecided, on either side", () => {
  expect(positive(0.21, 0.1)).toBe("held");
  expect(positive(0.19, 0.1)).toBe("undecided");
  expect(positive(-0.19, 0.1)).toBe("undecided");
  expect(positive(-0.21, 0.1)).toBe("not held");
  expect(positive(1e-9, 0)).toBe("held");
  expect(positive(0, 0)).toBe("undecided");
});

it("several together hold where each does, and fail where one fails", () => {
  expect(allOf([judged(true), "held"])).toBe("held");
  expect(allOf(["held", "undecided"])).toBe("undecided");
  expect(allOf(["undecided", judged(false), "held"])).toBe("not held");
});

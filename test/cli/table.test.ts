import { expect, it } from "vitest";
import { tableText } from "../../src/cli/table.js";

it("writes numbers as reports do, to the right of their column, and what is no number as it is", () => {
  const rows = [
    ["rate", 1e-7, "–"],
    ["loss", -1234567, 0.123456],
    ["n", 12345, Number.POSITIVE_INFINITY],
  ];
  expect(tableText(["name", "value", "other"], rows)).toBe(
    [
      "name       value   other",
      "────  ──────────  ──────",
      "rate        10⁻⁷       –",
      "loss  −1.235·10⁶  0.1235",
      "n         12,345       ∞",
    ].join("\n"),
  );
});

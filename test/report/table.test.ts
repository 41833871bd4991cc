import { expect, it } from "vitest";
import { scoreValues } from "../../src/metrics/index.js";
import { tableSections } from "../../src/report/table.js";

it("a report says where the importance of columns was not measured", async () => {
  const [truth, predicted] = [Float32Array.of(1, 2, 3, 4), Float32Array.of(1, 2, 3, 5)];
  const target = {
    name: "price",
    classes: [],
    scored: scoreValues({ kind: "value", width: 1, answers: predicted, targets: truth }),
    values: { truth, predicted },
    dependence: [],
    worst: [],
  };
  const record = { columns: [], rows: "test rows", targets: [target] };
  const sections = (await tableSections(record, { pairs: false }))
    .map((each) => (each ? each.markup : ""))
    .join("");
  expect(sections).toContain("Not measured: with so many columns");
});

import { expect, it } from "vitest";
import { measure } from "../../src/studies/augmentation.js";
import { quick } from "./context.js";

it("augmentation: fresh pictures in every epoch, every size and family trained, and what is uncertain is said", async () => {
  const setting = {
    sizes: [
      { examples: 60, repeats: 1 },
      { examples: 200, repeats: 1 },
    ],
    steps: 20,
    test: 200,
    widths: [8, 16],
  };
  const { claims, tables, notes, figure } = await measure(setting, quick());
  expect(claims[0]).toMatchObject({ verdict: "held", measured: expect.stringMatching(/^20 of 20 pictures/) });
  // One training at a size says nothing of its spread.
  for (const claim of claims.slice(1)) expect(claim.verdict, claim.claim).toBe("undecided");
  expect(tables[0]?.rows.map(([examples, trainings]) => [examples, trainings])).toEqual([
    [60, 1],
    [200, 1],
  ]);
  expect(tables[1]?.rows.map(([family]) => family)).toEqual([
    "translation",
    "rotation",
    "stretching",
    "lens distortion",
  ]);
  expect(notes.join(" ")).toMatch(/embedded digits.*mirrored digits would be other signs/);
  expect(figure.svg).toMatch(/^<svg/);
});

import { describe, expect, it } from "vitest";
import { drawTable } from "../../src/studies/mnist-regularizers/table.js";
import { mnistRegularizers } from "../../src/studies/mnist-regularizers.js";
import { contenders } from "../../src/studies/optimizer-race/contenders.js";
import { styleOf } from "../../src/studies/optimizer-race/picture.js";
import { texts } from "../figures/svg.js";

describe("the race's picture", () => {
  it("draws no two optimisers alike, and the lecture's unbroken", () => {
    const styles = contenders.map(({ name }) => JSON.stringify(styleOf(name)));
    expect(new Set(styles).size).toBe(contenders.length);
    for (const { name, lecture } of contenders) expect(styleOf(name).dash === undefined, name).toBe(lecture);
  });
});

describe("the picture of table 9", () => {
  const kept = {
    tables: [
      {
        title: "Test error",
        columns: ["method", "lecture", "ours"],
        rows: [
          ["L2", "1.62", "1.37"],
          ["Max-norm", "1.35", "–"],
        ],
      },
    ],
    notes: ["Images: these."],
  };

  it("has the lecture's bars beside ours where both are of MNIST, and leaves rows out that were not trained", async () => {
    const figure = await mnistRegularizers.redraw?.({ ...kept, effort: "full", data: true });
    const all = texts(figure?.svg ?? "");
    expect(all).toEqual(
      expect.arrayContaining(["lecture", "ours", "1.62", "1.35", "1.37", "Images: these."]),
    );
    expect(all.join(" ")).not.toMatch(/NaN/);
  });

  it("never has them beside results of other images or a smaller network", async () => {
    for (const { effort, data } of [
      { effort: "full", data: false },
      { effort: "default", data: true },
    ] as const) {
      const all = texts((await mnistRegularizers.redraw?.({ ...kept, effort, data }))?.svg ?? "");
      expect(all).toContain("1.37");
      expect(all).not.toContain("1.62");
      expect(all).not.toContain("lecture");
    }
  });

  it("refuses a cell that is no number", async () => {
    const rows = [["L2", "1.62", undefined as unknown as string]];
    await expect(
      Promise.resolve().then(() => drawTable({ rows }, { subtitle: "", comparable: true })),
    ).rejects.toThrow();
  });
});

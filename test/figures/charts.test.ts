import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logTicks, tickText, wholeTicks } from "../../src/figures/axis.js";
import { spread } from "../../src/figures/end-labels.js";
import {
  barChart,
  confusionChart,
  contourMap,
  decisionRegions,
  heatmap,
  lineChart,
  pictures,
  pictureUri,
  png,
  scatter,
} from "../../src/figures/index.js";
import { textWidth } from "../../src/figures/theme.js";
import { thin } from "../../src/figures/thin.js";
import { decode, parse, texts } from "./svg.js";

describe("axes", () => {
  it("writes ticks for people", () => {
    expect([0, 1500, 0.001, 1e-6, -2e-5, 3e8, 1e6, -0.5].map(tickText)).toEqual([
      "0",
      "1,500",
      "0.001",
      "10⁻⁶",
      "−2·10⁻⁵",
      "3·10⁸",
      "10⁶",
      "−0.5",
    ]);
  });

  it("puts ticks of a logarithmic axis at decades, or at 1, 2, 5 where there are few", () => {
    expect(logTicks(0.001, 10)).toEqual([0.001, 0.01, 0.1, 1, 10]);
    expect(logTicks(1, 20)).toEqual([1, 2, 5, 10, 20]);
    expect(logTicks(1e-30, 1).length).toBeLessThanOrEqual(9);
  });

  it("puts ticks of whole numbers at whole numbers only", () => {
    expect(wholeTicks(1, 4)).toEqual([1, 2, 3, 4]);
    expect(wholeTicks(1, 10)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(wholeTicks(1, 25)).toEqual([5, 10, 15, 20, 25]);
    expect(wholeTicks(0, 1000).length).toBeLessThanOrEqual(10);
    expect(wholeTicks(1, 1)).toEqual([1]);
  });

  it("leaves room for whatever stands at the ticks", async () => {
    const far = (value: number): Promise<{ svg: string }> =>
      lineChart({
        series: [
          {
            name: "a",
            points: [
              [value, value],
              [value * 1.0004, value * 1.0004],
            ],
          },
        ],
        y: { label: "loss" },
        width: 328,
        height: 240,
      });
    for (const value of [1.9538e11, -1.9538e-7, 123_456]) {
      const root = parse((await far(value)).svg);
      for (const [axis, side] of [
        ["y", "end"],
        ["x", "middle"],
      ] as const) {
        const ticks = [...root.querySelectorAll(`[aria-label="${axis}-axis tick label"] text`)];
        expect(ticks.length).toBeGreaterThan(0);
        for (const tick of ticks) {
          const [, x] = /translate\(([-\d.]+)/.exec(tick.getAttribute("transform") ?? "") ?? [];
          const width = textWidth(tick.textContent ?? "", 12);
          const at = Number(x) + (axis === "y" ? -9 : 0);
          expect(at - (side === "end" ? width : width / 2), tick.textContent ?? "").toBeGreaterThanOrEqual(0);
          expect(at + (side === "end" ? 0 : width / 2), tick.textContent ?? "").toBeLessThanOrEqual(328);
        }
      }
    }
  });

  it("writes every tick of a logarithmic axis", async () => {
    for (const high of [2, 20, 150, 500, 5000, 1e8]) {
      const { svg } = await lineChart({
        series: [
          {
            name: "a",
            points: [
              [1, 0],
              [high, 1],
            ],
          },
        ],
        x: { type: "log" },
      });
      expect(texts(svg)).toEqual(expect.arrayContaining(logTicks(1, high).map(tickText)));
    }
  });
});

describe("spread", () => {
  it("keeps labels apart and in order wherever they fit", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 350 }), { maxLength: 12 }), (wanted) => {
        const placed = spread(wanted, 15, 0, 300);
        const sorted = [...placed].sort((a, b) => a - b);
        sorted.forEach((y, i) => {
          expect(y).toBeGreaterThanOrEqual(0);
          expect(y).toBeLessThanOrEqual(300);
          if (i > 0) expect(y - (sorted[i - 1] ?? 0)).toBeGreaterThanOrEqual(15 - 1e-9);
        });
        wanted.forEach((a, i) => {
          wanted.forEach((b, j) => {
            if (a < b) expect(placed[i] ?? 0).toBeLessThan(placed[j] ?? 0);
          });
        });
      }),
    );
  });
});

describe("thin", () => {
  it("keeps the first, the last and the extreme points of a long series", () => {
    const points = Array.from(
      { length: 50_000 },
      (_, i) => [i, Math.sin(i) + (i === 30_123 ? 9 : 0)] as const,
    );
    const kept = thin(points, 100, (x) => (x / 50_000) * 100);
    expect(kept.length).toBeLessThanOrEqual(202);
    expect(kept[0]).toEqual(points[0]);
    expect(kept.at(-1)).toEqual(points.at(-1));
    expect(kept).toContainEqual(points[30_123]);
    expect(kept.map(([x]) => x)).toEqual(kept.map(([x]) => x).sort((a, b) => a - b));
  });
});

describe("lineChart", () => {
  it("names lines in a legend or at their ends, and rules beside them", async () => {
    const series = ["train", "validation"].map((name, k) => ({
      name,
      points: [1, 2, 3].map((x) => [x, x * k + 1] as const),
    }));
    const rules = [{ x: 2, label: "best epoch 2" }];
    for (const names of ["legend", "ends"] as const) {
      const { svg } = await lineChart({ series, rules, names, y: { label: "loss" } });
      expect(texts(svg)).toEqual(expect.arrayContaining(["train", "validation", "best epoch 2", "loss"]));
    }
  });

  it("leaves out what a logarithmic axis cannot show, and refuses when that is everything", async () => {
    const y = { type: "log" as const };
    const { svg } = await lineChart({
      series: [
        {
          name: "a",
          points: [
            [1, 0],
            [2, 1],
            [3, Number.NaN],
            [4, 100],
          ],
        },
      ],
      y,
    });
    expect(svg).not.toMatch(/NaN|Infinity/);
    await expect(lineChart({ title: "t", series: [{ name: "a", points: [[1, 0]] }], y })).rejects.toThrow(
      /lineChart "t": no point can be drawn on a linear x and a log y axis/,
    );
    await expect(lineChart({ series: [] })).rejects.toThrow(/no series/);
  });
});

describe("barChart", () => {
  it("draws a bar for every finite value, upright or from the left", async () => {
    for (const horizontal of [false, true]) {
      const { svg } = await barChart({
        categories: ["first", "second"],
        series: [
          { name: "a", values: [1, 2] },
          { name: "b", values: [3, Number.NaN] },
        ],
        horizontal,
      });
      expect(parse(svg).querySelectorAll("g[aria-label=bar] rect").length).toBe(3);
      expect(texts(svg)).toEqual(expect.arrayContaining(["first", "second", "a", "b", "1", "2", "3"]));
    }
  });

  it("refuses series that do not fit the categories", async () => {
    await expect(barChart({ categories: ["a", "b"], series: [{ name: "s", values: [1] }] })).rejects.toThrow(
      /series "s" has 1 values for 2 categories/,
    );
    await expect(
      barChart({ categories: ["a", "a"], series: [{ name: "s", values: [1, 2] }] }),
    ).rejects.toThrow(/a name repeats/);
  });
});

describe("heatmap", () => {
  it("writes the numbers of a small matrix, and a colour bar for a large one", async () => {
    const small = await heatmap({ values: [[1, 2.5]], rows: ["r"], columns: ["x", "y"] });
    expect(texts(small.svg)).toEqual(expect.arrayContaining(["r", "x", "y", "1", "2.5"]));
    const large = await heatmap({
      values: [Array.from({ length: 100 }, (_, i) => i)],
      rows: ["r"],
      valueLabel: "share",
    });
    expect(texts(large.svg)).toContain("share");
    expect(parse(large.svg).querySelector("linearGradient")).not.toBeNull();
  });

  it("refuses ragged matrices and missing names", async () => {
    await expect(heatmap({ values: [[1], [1, 2]] })).rejects.toThrow(/give a full matrix/);
    await expect(heatmap({ values: [] })).rejects.toThrow(/no cells/);
  });

  it("colours right answers blue and the worst confusion orange", async () => {
    const { svg } = await confusionChart({
      classes: ["cat", "dog"],
      counts: [
        [90, 10],
        [0, 50],
      ],
    });
    const fills = [...parse(svg).querySelectorAll("g[aria-label=cell] rect")].map((cell) =>
      cell.getAttribute("fill"),
    );
    expect(fills[1]).toBe("#d55e00");
    expect(fills[2]).toBe("#8080801a");
    expect(texts(svg)).toEqual(expect.arrayContaining(["90", "10", "50", "true class", "predicted class"]));
  });
});

describe("contourMap", () => {
  it("draws y upwards, dark where the function is low, with the trajectories over it", async () => {
    const map = await contourMap({
      f: (x, y) => x + 3 * y,
      xDomain: [0, 1],
      yDomain: [0, 1],
      width: 300,
      height: 300,
      paths: [
        {
          name: "descent",
          points: [
            [0.9, 0.5],
            [5, 0.5],
          ],
        },
      ],
    });
    expect(texts(map.svg)).toContain("descent");
    const { at } = await decode(await png(map, { scale: 1 }));
    const [bottom, top] = [at(80, 245)[0] ?? 0, at(80, 80)[0] ?? 0];
    expect(top - bottom).toBeGreaterThan(80);
    expect(at(290, 160)).toEqual([255, 255, 255]);
  });

  it("refuses a function that is not finite and an empty domain", async () => {
    const square = { xDomain: [0, 1], yDomain: [0, 1] } as const;
    await expect(contourMap({ f: (x) => Math.log(x), ...square })).rejects.toThrow(/not finite/);
    await expect(contourMap({ f: () => 0, ...square, xDomain: [1, 1] })).rejects.toThrow(
      /domain is \[1, 1\]/,
    );
  });
});

describe("scatter", () => {
  it("shares the range of both axes along the identity", async () => {
    const points = [
      [0, 10],
      [4, 6],
    ] as const;
    const { svg } = await scatter({ groups: [{ name: "test", points }], identity: true });
    expect(parse(svg).querySelectorAll("g[aria-label=dot] circle").length).toBe(2);
    expect(texts(svg).filter((text) => text === "10").length).toBe(2);
  });
});

describe("pictures", () => {
  const layout = { width: 2, height: 1, channels: 3 };

  it("encodes pixels channel by channel, clamped to 0 to 255", async () => {
    const uri = await pictureUri([255, 0, 0, 300, -5, 128], layout);
    const { at } = await decode(Buffer.from(uri.replace("data:image/png;base64,", ""), "base64"));
    expect([at(0, 0), at(1, 0)]).toEqual([
      [255, 0, 0],
      [0, 255, 128],
    ]);
  });

  it("draws pictures with captions into the PNG", async () => {
    const grid = await pictures({
      pictures: [{ pixels: [255, 255, 0, 0, 0, 0], caption: "red" }],
      layout,
      size: 40,
    });
    expect(texts(grid.svg)).toEqual(["red"]);
    const { at } = await decode(await png(grid, { scale: 1 }));
    expect(at(30, 18)).toEqual([255, 0, 0]);
  });

  it("refuses pixels that do not fit the layout", async () => {
    await expect(pictureUri([1, 2], layout)).rejects.toThrow(/2 values for 2 × 1 pixels/);
  });
});

describe("decisionRegions", () => {
  it("draws the grid with y upwards and refuses one of the wrong size", async () => {
    const grid = { xDomain: [0, 1], yDomain: [0, 1], columns: 1, rows: 2, predicted: [0, 1] } as const;
    const map = await decisionRegions({ grid, classes: ["low", "high"] });
    const { at } = await decode(await png(map, { scale: 1 }));
    const [lowRed = 0, , lowBlue = 0] = at(250, 460);
    const [highRed = 0, , highBlue = 0] = at(250, 90);
    expect(lowBlue).toBeGreaterThan(lowRed);
    expect(highRed).toBeGreaterThan(highBlue);
    await expect(decisionRegions({ grid: { ...grid, rows: 3 }, classes: ["a"] })).rejects.toThrow(
      /predicted has 2 values; expected 1 × 3/,
    );
  });
});

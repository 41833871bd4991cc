import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { figure, lineChart, panels, png } from "../../src/figures/index.js";
import { decode, parse, texts } from "./svg.js";

const clipped = (title: string) =>
  lineChart({
    title,
    series: [{ name: "a", colour: "#0072B2", points: Array.from({ length: 30 }, (_, i) => [i, i * i]) }],
    x: { domain: [5, 20], label: "step" },
    y: { domain: [0, 300] },
  });

describe("figure", () => {
  it("is a standalone, well-formed SVG of the size asked for", async () => {
    const { svg, width, height } = await figure({
      title: "a < b & c",
      width: 300,
      height: 200,
      x: { label: "time (s)" },
      marks: (plot) => [plot.line([{ t: 0 }, { t: 1 }], { x: "t", y: "t" })],
    });
    const root = parse(svg);
    expect([width, height]).toEqual([300, 200]);
    expect(root.getAttribute("xmlns")).toBe("http://www.w3.org/2000/svg");
    expect(root.getAttribute("viewBox")).toBe("0 0 300 200");
    expect(root.querySelector("style")).toBeNull();
    expect(svg).toContain("a &lt; b &amp; c");
    expect(svg.replace(/xmlns(:xlink)?="[^"]*"/g, "")).not.toMatch(/https?:/);
    expect(texts(svg).some((text) => text.startsWith("time (s)"))).toBe(true);
  });

  it("gives the same bytes each time, clip paths included, and other identifiers to other figures", async () => {
    const [first, second, other] = [await clipped("one"), await clipped("one"), await clipped("two")];
    expect(first.svg).toContain("clip-path");
    expect(second.svg).toBe(first.svg);
    const id = ({ svg }: { svg: string }) => parse(svg).querySelector("clipPath")?.getAttribute("id");
    expect(id(first)).toBeTruthy();
    expect(id(other)).not.toBe(id(first));
  });

  it("refuses a height without room for the plot", async () => {
    await expect(figure({ title: "t", height: 80, marks: () => [] })).rejects.toThrow(/height of 80 pixels/);
  });

  it("imports plotting and picture libraries only when a figure is drawn", () => {
    const heavy = /^import (?!type ).*from "(@observablehq\/plot|linkedom|sharp|@resvg\/resvg-js)"/m;
    const folders = ["figures", "report"].map((name) => new URL(`../../src/${name}/`, import.meta.url));
    const eager = folders.flatMap((folder) =>
      readdirSync(folder).filter((file) => heavy.test(readFileSync(new URL(file, folder), "utf8"))),
    );
    expect(eager).toEqual([]);
  });
});

describe("panels", () => {
  it("lays figures out in rows and columns with a shared title and letters", async () => {
    const each = await clipped("one");
    const all = panels([each, each, each], { columns: 2, title: "Together", letters: true });
    expect(all.width).toBe(2 * each.width);
    expect(all.height).toBeGreaterThan(2 * each.height);
    expect(texts(all.svg)).toEqual(expect.arrayContaining(["Together", "a", "b", "c"]));
    expect(parse(all.svg).querySelectorAll(".figure-background").length).toBe(4);
  });

  it("keeps clipped lines visible in every panel of the PNG", async () => {
    const each = await clipped("");
    const picture = await decode(await png(panels([each, each], { columns: 2 }), { scale: 1 }));
    const blue = (left: number) => {
      let count = 0;
      for (let y = 40; y < 340; y += 1)
        for (let x = left + 70; x < left + 600; x += 1) {
          const [red = 0, , b = 0] = picture.at(x, y);
          if (b - red > 100) count++;
        }
      return count;
    };
    expect(blue(0)).toBeGreaterThan(300);
    expect(Math.abs(blue(640) - blue(0))).toBeLessThan(20);
  });

  it("lays rows of different numbers out each on its own", async () => {
    const each = await clipped("one");
    const wide = { ...each, width: 2 * each.width };
    const all = panels([each, each, wide], { columns: [2, 1] });
    expect([all.width, all.height]).toEqual([2 * each.width, 2 * each.height]);
    expect(() => panels([each, each], { columns: [2, 1] })).toThrow(/hold 3; there are 2/);
  });

  it("letters several figures and not one", async () => {
    const each = await clipped("one");
    expect(texts(panels([each, each]).svg)).toEqual(expect.arrayContaining(["a", "b"]));
    expect(texts(panels([each]).svg)).not.toContain("a");
  });

  it("refuses no figures and a wrong number of columns", async () => {
    expect(() => panels([])).toThrow(/no figures/);
    expect(() => panels([{ svg: "<svg></svg>", width: 1, height: 1 }], { columns: 0 })).toThrow(
      /columns is 0/,
    );
  });
});

describe("png", () => {
  const text = (words: string) =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="40" font-family="Inter, sans-serif"><rect width="200" height="40" fill="#fff"/><text x="5" y="28" font-size="20">${words}</text></svg>`;

  it("writes a PNG of the size times the scale", async () => {
    const file = await png(text("x"), { scale: 3 });
    expect([...file.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    const { width, height } = await decode(file);
    expect([width, height]).toEqual([600, 120]);
  });

  it.each(["Loss", "ηλβ", "∇", "‖√≤"])("draws %s with the fonts of the package", async (words) => {
    const { dark } = await decode(await png(text(words), { scale: 1 }));
    expect(dark(0, 0, 200, 40)).toBeGreaterThan(15);
  });

  it("survives marks that lie outside the picture", async () => {
    const away = [{ x: 90, y: 90 }];
    const drawing = await figure({
      width: 200,
      height: 200,
      x: { domain: [0, 1] },
      y: { domain: [0, 1] },
      marks: (plot) => [
        plot.dot(away, { x: "x", y: "y", fill: "red", clip: true }),
        plot.dot(away, { x: "x", y: "y", fill: "red", opacity: 0.5 }),
      ],
    });
    const { dark } = await decode(await png(drawing));
    expect(dark(0, 0, 400, 400)).toBeGreaterThan(0);
  });

  it("refuses what is not SVG and scales out of range", async () => {
    await expect(png("not a drawing")).rejects.toThrow(/SVG cannot be drawn/);
    await expect(png(text("x"), { scale: 0 })).rejects.toThrow(/scale is 0/);
  });
});

import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { count, duration, interval, number, percent } from "../../src/report/format.js";
import { htmlReport, type RunRecord } from "../../src/report/index.js";

const minimal: RunRecord = {
  title: "a run",
  startedAt: "2026-03-14T15:09:26Z",
  finishedAt: "2026-03-14T15:10:38Z",
  versions: { steepest: "0.1.0" },
  configuration: {},
  parameters: [],
  epochs: [],
  results: {},
};

const classifier: RunRecord = {
  ...minimal,
  configuration: { optimizer: "momentum", learningRate: 0.1 },
  lossName: "cross-entropy",
  parameters: [
    { name: "linear.weight", shape: [784, 10], count: 7840 },
    { name: "linear.bias", shape: [10], count: 10 },
  ],
  epochs: [1, 2, 3].map((epoch) => ({
    epoch,
    trainLoss: 1 / epoch,
    trainError: 0.3 / epoch,
    validationLoss: 1.1 / epoch,
    validationError: 0.35 / epoch,
    learningRate: 0.1,
    samplesPerSecond: 51234,
    seconds: 2,
  })),
  results: { train: { loss: 0.33, error: 0.1 }, test: { loss: 0.4, error: 0.0137, examples: 10000 } },
  bestEpoch: 3,
  stopReason: "all 3 epochs done",
  confusion: {
    classes: ["0", "1"],
    counts: [
      [980, 3],
      [5, 1130],
    ],
  },
  mistakes: Array.from({ length: 35 }, () => ({
    pixels: new Uint8Array(4).fill(200),
    layout: { width: 2, height: 2, channels: 1 },
    truth: "0",
    predicted: "1",
    probability: 0.98,
  })),
  files: [{ path: "model.onnx", what: "the model" }],
  nextCommand: "npx steepest predict model.onnx digit.png",
};

const open = async (record: RunRecord) => {
  const html = await htmlReport(record);
  const { document } = parseHTML(html);
  const sections = [...document.querySelectorAll("h2")].map((heading) => heading.textContent);
  return { html, document, sections };
};

describe("htmlReport", () => {
  it("shows a classifier's result, curves, confusion, mistakes, settings and files", async () => {
    const { document, sections } = await open(classifier);
    expect(sections).toEqual([
      "Training",
      "Which classes are confused",
      "Results",
      "Worst mistakes",
      "Configuration",
      "Parameters",
      "Use it",
    ]);
    const main = document.querySelector(".headline .main")?.textContent;
    expect(main).toContain("1.37 %");
    expect(main).toContain("137 of 10,000 wrong");
    expect(document.querySelectorAll(".charts svg").length).toBe(4);
    expect(document.querySelector(".charts")?.textContent).toContain("best epoch 3");
    expect(document.querySelectorAll(".mistakes img").length).toBe(30);
    expect(document.querySelector("tfoot")?.textContent).toContain("7,850");
    expect(document.querySelector("a")?.getAttribute("href")).toBe("./model.onnx");
    expect(document.querySelector("header")?.textContent).toContain("1 min 12 s");
  });

  it("shows a regression without errors and classes, with predicted against true values", async () => {
    const { document, sections } = await open({
      ...minimal,
      lossName: "mean squared error",
      results: { test: { loss: 0.0312 } },
      predictions: { truth: [1, 2, 3], predicted: [1, 2, 4], label: "price (€)" },
    });
    expect(sections).toEqual(["Predicted and true values", "Results"]);
    expect(document.querySelector(".headline .main")?.textContent).toContain("0.0312");
    expect(document.querySelector("main")?.textContent).toContain("R² = 0.5");
    expect(document.querySelector("main")?.textContent).not.toMatch(/accuracy|wrong/);
  });

  it("shows decision regions for two inputs, and a single epoch as a table", async () => {
    const { document, sections } = await open({
      ...minimal,
      epochs: [{ epoch: 1, trainLoss: 0.5, learningRate: 0.1, samplesPerSecond: 1000, seconds: 0.5 }],
      regions: {
        grid: { xDomain: [-1, 1], yDomain: [-1, 1], columns: 2, rows: 2, predicted: [0, 1, 1, 0] },
        classes: ["even", "odd"],
        points: [{ at: [0.5, 0.5], truth: 0 }],
      },
    });
    expect(sections).toEqual(["Training", "Decision regions"]);
    expect(document.querySelector(".charts")).toBeNull();
    expect(document.querySelector("svg image")?.getAttribute("href")).toMatch(/^data:image\/png;base64,/);
  });

  it("leaves out every section of a run that has nothing to show", async () => {
    expect((await open(minimal)).sections).toEqual([]);
  });

  it("reports a diverged run without drawing what is not a number", async () => {
    const { html } = await open({
      ...minimal,
      epochs: [1, 2].map((epoch) => ({
        epoch,
        trainLoss: epoch === 1 ? 3 : Number.NaN,
        learningRate: 10,
        samplesPerSecond: 1000,
        seconds: 1,
      })),
      results: { train: { loss: Number.NaN, error: Number.NaN } },
      stopReason: "the loss is not a number at step 12",
    });
    expect(html).not.toContain("NaN");
    expect(html).toContain("not a number");
  });

  it("escapes every text of the record", async () => {
    const evil = `<script>alert("x")</script>`;
    const { html, document } = await open({
      ...classifier,
      title: evil,
      versions: { [evil]: evil },
      configuration: { [evil]: evil },
      lossName: evil,
      parameters: [{ name: evil, shape: [1], count: 1 }],
      stopReason: evil,
      confusion: {
        classes: [evil, "b"],
        counts: [
          [1, 2],
          [3, 4],
        ],
      },
      mistakes: (classifier.mistakes ?? [])
        .slice(0, 1)
        .map((each) => ({ ...each, truth: evil, predicted: evil })),
      files: [{ path: evil, what: evil }],
      nextCommand: evil,
    });
    expect(document.querySelectorAll("script").length).toBe(0);
    expect(html).not.toContain("<script");
    expect(document.querySelector("h1")?.textContent).toBe(evil);
  });

  it("is one page that fetches nothing, with unique identifiers, the same bytes each time", async () => {
    const { html, document } = await open(classifier);
    expect(html.replace(/xmlns(:xlink)?="[^"]*"/g, "")).not.toMatch(/https?:|<script|<link|@import/);
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.getAttribute("id"));
    expect(new Set(ids).size).toBe(ids.length);
    expect(await htmlReport(classifier)).toBe(html);
  });
});

describe("numbers for people", () => {
  it("formats shares, counts, numbers and times", () => {
    expect([0.0137, 1, 0, 0.99996, 0.00001, Number.NaN].map(percent)).toEqual([
      "1.37 %",
      "100.00 %",
      "0.00 %",
      "> 99.99 %",
      "< 0.01 %",
      "—",
    ]);
    expect(count(1234567)).toBe("1,234,567");
    expect([0.058312, 12.3456, 12345.678, 1.5e-7, -0.25, 0].map(number)).toEqual([
      "0.05831",
      "12.35",
      "12,346",
      "1.500·10^−7",
      "−0.25",
      "0",
    ]);
    expect([0.0123, 4.23, 59.7, 200, 3900].map(duration)).toEqual([
      "12 ms",
      "4.2 s",
      "60 s",
      "3 min 20 s",
      "1 h 05 min",
    ]);
  });

  it("gives Wilson's interval", () => {
    const [low, high] = interval(0.1, 100);
    expect(low).toBeCloseTo(0.0552, 4);
    expect(high).toBeCloseTo(0.1744, 4);
    expect(interval(0, 50)[0]).toBe(0);
  });
});

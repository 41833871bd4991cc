import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { rateScale } from "../../src/report/curves.js";
import { count, duration, number, percent, period } from "../../src/report/format.js";
import { htmlReport, type RunRecord } from "../../src/report/index.js";
import { regressionFit } from "../../src/report/regression.js";
import { interval } from "../../src/statistics.js";

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
    // Results first.
    expect(sections).toEqual([
      "Results",
      "Most frequent mistakes",
      "Which classes are confused",
      "Worst mistakes",
      "Training",
      "Configuration",
      "Parameters",
      "Use it",
    ]);
    const main = document.querySelector(".headline .main")?.textContent;
    expect(main).toContain("1.37 %");
    expect(main).toContain("137 of 10,000 wrong");
    // Loss, error, learning rate and speed, each for wide and for narrow pages.
    expect(document.querySelectorAll(".charts .wide svg").length).toBe(4);
    expect(document.querySelectorAll(".charts .narrow svg").length).toBe(4);
    expect(document.querySelector(".charts")?.textContent).toContain("kept: epoch 3");
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
    expect(sections).toEqual(["Results", "Sizes of the errors", "Predicted and true values"]);
    // Errors 0, 0 and 1: √(1/3), and R² = 1 − 1/2.
    expect(document.querySelector(".headline .main")?.textContent).toBe(
      "0.5774root-mean-square error on 3 test examples, price (€)",
    );
    expect(document.querySelector(".headline")?.textContent).toContain("0.500R²");
    expect(document.querySelector("main")?.textContent).not.toMatch(/accuracy|wrong/);
  });

  it("says which weights the results are of", async () => {
    const of = async (record: RunRecord) =>
      (await open(record)).document.querySelector("header .note")?.textContent;
    expect(await of(classifier)).toContain("of epoch 3 of 3, the best on the validation data");
    expect(await of({ ...classifier, bestEpoch: undefined })).toContain("after the last epoch");
  });

  it("shows a diverged run as such, without a proud number", async () => {
    const { document, sections } = await open({ ...classifier, diverged: "the loss is NaN at step 12" });
    expect(document.querySelector(".banner")?.textContent).toContain("Training diverged.");
    expect(document.querySelector(".banner")?.textContent).toContain("the loss is NaN at step 12");
    expect(document.querySelector(".headline .main")).toBeNull();
    expect(document.querySelector("header")?.textContent).not.toMatch(/1.37|Results/);
    expect(sections.slice(0, 2)).toEqual(["Training", "Scores of the weights that were kept"]);
  });

  it("lists the most confused pairs and the hardest classes where a matrix could not be read", async () => {
    const classes = Array.from({ length: 60 }, (_, i) => `class ${i}`);
    const counts = classes.map((_, i) => classes.map((_, j) => (i === j ? 90 : j === i + 1 ? i : 0)));
    const { document, sections } = await open({ ...classifier, confusion: { classes, counts } });
    expect(sections.slice(0, 3)).toEqual(["Results", "Hardest classes", "Most frequent mistakes"]);
    const first = [...document.querySelectorAll("tr")].find((row) => row.querySelector(".wrong"));
    expect(first?.textContent).toBe("class 58class 595839.19 %");
    expect(document.querySelector("main")?.textContent).toContain("And 38 other pairs of classes.");
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
    expect(sections).toEqual(["Decision regions", "Training"]);
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
    expect([0.058312, 12.3456, 12345.678, 634629275, 1.5e-7, -0.25, 0].map(number)).toEqual([
      "0.05831",
      "12.35",
      "12,346",
      "6.346·10⁸",
      "1.5·10⁻⁷",
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

  it("writes the day of a period once", () => {
    expect(period("2026-03-14T15:09:26Z", "2026-03-14T15:10:38Z")).toBe("2026-03-14 15:09 to 15:10 UTC");
    expect(period("2026-03-14T23:59:00Z", "2026-03-15T00:01:00Z")).toBe(
      "2026-03-14 23:59 to 2026-03-15 00:01 UTC",
    );
  });

  it("gives Wilson's interval", () => {
    const [low, high] = interval(0.1, 100);
    expect(low).toBeCloseTo(0.0552, 4);
    expect(high).toBeCloseTo(0.1744, 4);
    expect(interval(0, 50)[0]).toBe(0);
  });
});

describe("the axis of a learning rate", () => {
  const epochs = Array.from({ length: 30 }, (_, t) => t);

  it("is linear for a cosine and a line, whose ends at nearly 0 would else be most of the picture", () => {
    expect(rateScale(epochs.map((t) => 0.05 * (1 + Math.cos((Math.PI * (t + 0.99)) / 30)) + 1e-9))).toBe(
      "linear",
    );
    expect(rateScale(epochs.map((t) => 0.1 * (1 - (t + 0.99) / 30)))).toBe("linear");
    expect(rateScale(epochs.map(() => 0.1))).toBe("linear");
  });

  it("is logarithmic for exponential decay and for steps by a factor of ten", () => {
    expect(rateScale(epochs.map((t) => 0.1 * 0.8 ** t))).toBe("log");
    expect(rateScale(epochs.map((t) => 0.1 * 0.1 ** Math.floor(t / 10)))).toBe("log");
  });
});

describe("regressionFit", () => {
  it("takes the mean of R² over the numbers of an example", () => {
    // Columns (0, 2) predicted exactly, and (10, 30) predicted as their mean: R² 1 and 0.
    const { rmse, r2, errors } = regressionFit({ truth: [0, 10, 2, 30], predicted: [0, 20, 2, 20], size: 2 });
    expect(r2).toBe(0.5);
    expect(rmse).toBeCloseTo(Math.sqrt(200 / 4), 12);
    expect([...errors]).toEqual([0, 0, 10, 10]);
  });

  it("has no R² where all true values are equal", () => {
    expect(regressionFit({ truth: [1, 1], predicted: [1, 2] }).r2).toBeNaN();
  });

  it("refuses predictions for other examples", () => {
    expect(() => regressionFit({ truth: [1, 2], predicted: [1] })).toThrow(/1 predictions for 2 true values/);
  });
});

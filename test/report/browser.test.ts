import { describe, expect, it } from "vitest";
import { htmlReport, type RunRecord } from "../../src/report/index.js";
import { chromium, inBrowser } from "../support/chromium.js";

const epochs = Array.from({ length: 40 }, (_, i) => ({
  epoch: i + 1,
  trainLoss: 2.3 * 0.9 ** i,
  trainError: 0.9 * 0.9 ** i,
  validationLoss: 2.4 * 0.92 ** i,
  validationError: 0.9 * 0.93 ** i,
  learningRate: 0.1 * 0.9 ** i,
  sharpness: 10 + i,
  samplesPerSecond: 123_456,
  seconds: 2 * i,
}));

const record = (classes: number): RunRecord => ({
  title: "wine-quality-with-a-rather-long-name-of-a-recipe",
  startedAt: "2026-03-14T23:09:26Z",
  finishedAt: "2026-03-15T03:10:38Z",
  versions: { steepest: "0.1.0", node: "v24.1.0", platform: "linux x64" },
  configuration: {
    learningRate: 0.1,
    "early-stopping": 3,
    "standardisation of every feature": "kept from the training part",
    recipe: "/home/somebody/projects/classification/wine/recipes/wine-quality.ts",
  },
  lossName: "cross-entropy",
  parameters: [{ name: "encoder.block1.linear1.weight", shape: [784, 1024], count: 802_816 }],
  epochs,
  results: {
    train: { loss: 0.00330012, error: 0.1, examples: 60_000 },
    validation: { loss: 0.33, error: 0.12, examples: 10_000 },
    test: { loss: 0.4, error: 0.0137, examples: 10_000 },
  },
  bestEpoch: 38,
  stopReason: "no improvement for 5 epochs",
  confusion: {
    classes: Array.from({ length: classes }, (_, i) => (classes > 20 ? `misclassification ${i}` : String(i))),
    counts: Array.from({ length: classes }, (_, i) =>
      Array.from({ length: classes }, (_, j) => (i === j ? 1135 : (i * j) % 7)),
    ),
  },
  files: [{ path: "model.onnx", what: "the trained network, preprocessing included; takes raw inputs" }],
  nextCommand: "npx steepest predict runs/20260314-230926-wine-quality/model.onnx example.png",
});

const regression: RunRecord = {
  ...record(2),
  confusion: undefined,
  predictions: {
    truth: Array.from({ length: 300 }, (_, i) => 1000 * i),
    predicted: Array.from({ length: 300 }, (_, i) => 1000 * i + 5000 * Math.sin(i)),
    label: "price (€)",
  },
};

/** Numbers with as many digits as a tick can have. */
const prices: RunRecord = {
  ...regression,
  epochs: epochs.map((each, i) => ({
    ...each,
    trainLoss: 1.954e11 - 1e7 * i,
    validationLoss: 1.9539e11 - 1e7 * i,
    sharpness: -1.2345e-5 - 1e-9 * i,
  })),
  predictions: {
    truth: Array.from({ length: 300 }, (_, i) => 1.2345e9 + 1e5 * i),
    predicted: Array.from({ length: 300 }, (_, i) => -1.2345e9 + 1e5 * i),
  },
};

interface Measured {
  /** How far the page is wider than its window. */
  readonly beyond: number;
  /** Words that are broken over two lines. */
  readonly broken: readonly string[];
  /** Size in pixels of the smallest text of a chart, as it is seen. */
  readonly smallest: number;
  /** Texts that do not fit into their boxes or charts. */
  readonly cut: readonly string[];
}

const measure = String((page: Document): Measured => {
  const seen = (element: Element) => element.getClientRects().length > 0;
  const broken: string[] = [];
  const walker = page.createTreeWalker(page.body, 4);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    // A path may be broken, words may not.
    if (!parent || !seen(parent) || parent.closest("pre, code, style, .settings td")) continue;
    for (const found of (node.textContent ?? "").matchAll(/[\p{L}\p{N}.,]+/gu)) {
      const range = page.createRange();
      range.setStart(node, found.index);
      range.setEnd(node, found.index + found[0].length);
      const tops = new Set(Array.from(range.getClientRects(), (box) => Math.round(box.top)));
      if (tops.size > 1) broken.push(found[0]);
    }
  }
  const sizes = Array.from(page.querySelectorAll("figure svg text"))
    .filter((each) => seen(each) && (each.textContent ?? "").trim() !== "")
    .map((each) => {
      const svg = each.closest("svg");
      const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
      return scale * Number.parseFloat(getComputedStyle(each).fontSize);
    });
  const cut = Array.from(page.querySelectorAll(".headline b, .headline span, h1, h2, .banner"))
    .filter((each) => each.scrollWidth > each.clientWidth + 1)
    .map((each) => each.textContent ?? "");
  for (const each of page.querySelectorAll("figure svg text")) {
    const [text, chart] = [each.getBoundingClientRect(), each.closest("svg")?.getBoundingClientRect()];
    const outside = chart && (text.left < chart.left - 0.5 || text.right > chart.right + 0.5);
    if (seen(each) && outside) cut.push(each.textContent ?? "");
  }
  const { scrollWidth, clientWidth } = page.documentElement;
  return { beyond: scrollWidth - clientWidth, broken, smallest: Math.min(...sizes), cut };
});

describe.skipIf(chromium === undefined)(
  "the report in a browser (skipped where there is no Chromium)",
  () => {
    it.each([
      ["ten classes", record(10)],
      ["sixty classes", record(60)],
      ["a regression", regression],
      ["values of many digits", prices],
      ["a diverged run", { ...record(10), diverged: "the loss is NaN at step 103, first in linear1.weight" }],
    ] as const)(
      "breaks no word, shrinks no chart and fits its window: %s",
      { timeout: 60_000 },
      async (_, run) => {
        const pages = await inBrowser<Measured>(await htmlReport(run), [360, 390, 768, 1280], measure);
        expect(pages.length).toBe(4);
        for (const page of pages) {
          expect(page.beyond).toBe(0);
          expect(page.broken).toEqual([]);
          expect(page.cut).toEqual([]);
          expect(page.smallest).toBeGreaterThanOrEqual(9);
        }
      },
    );
  },
);

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  accuracy,
  averagePrecision,
  balancedAccuracy,
  brierScore,
  calibrationError,
  classScores,
  cohenKappa,
  confusionMatrix,
  errorQuantile,
  f1,
  logLoss,
  type Measured,
  type Metric,
  mae,
  mape,
  matthewsCorrelation,
  measureAll,
  medianAbsoluteError,
  mse,
  precision,
  precisionRecallCurve,
  r2,
  recall,
  reliability,
  rmse,
  rocAuc,
  rocCurve,
  SteepestError,
  topK,
  usualMetrics,
} from "../../src/index.js";
import reference from "../reference/metrics/sklearn.json" with { type: "json" };

const averages = ["macro", "micro", "weighted", "binary"] as const;
const metrics: Readonly<Record<string, Metric>> = {
  accuracy: accuracy(),
  "exact accuracy": accuracy({ exact: true }),
  "balanced accuracy": balancedAccuracy(),
  "matthews correlation": matthewsCorrelation(),
  "cohen kappa": cohenKappa(),
  "roc auc": rocAuc(),
  "average precision": averagePrecision(),
  "log loss": logLoss(),
  "brier score": brierScore(),
  "calibration error": calibrationError(),
  "top-2 accuracy": topK(2),
  ...Object.fromEntries(
    averages.flatMap((average) => [
      [`precision ${average}`, precision({ average })],
      [`recall ${average}`, recall({ average })],
      [`f1 ${average}`, f1({ average })],
    ]),
  ),
  mse: mse(),
  rmse: rmse(),
  mae: mae(),
  r2: r2(),
  mape: mape(),
  "median absolute error": medianAbsoluteError(),
  ...Object.fromEntries(
    [0.5, 0.75, 0.9, 1].map((share) => [`error quantile ${share}`, errorQuantile(share)]),
  ),
};

/** What is more than a number. */
const structured = ["confusion", "curves", "class scores"];

const classes = (targets: number[], ...answers: number[][]): Measured => ({
  kind: "class",
  width: answers[0]?.length ?? 2,
  answers: answers.flat(),
  targets,
});

describe.each(reference.cases)(
  "scikit-learn's numbers of $name",
  ({ kind, width, answers, targets, ...given }) => {
    const measured = { kind, width, answers, targets } as Measured;
    describe.each([
      ["plain", given.plain, measured],
      ["weighted", given.weighted, { ...measured, weights: given.weights }],
    ] as const)("%s", (_, expected, part) => {
      it.each(Object.entries(expected).filter(([name]) => !structured.includes(name)))(
        "%s",
        (name, value) => {
          expect(metrics[name]?.of(part)).toBeCloseTo(Number(value), 12);
        },
      );

      it.runIf("confusion" in expected)("confusion matrix", () => {
        expect(confusionMatrix(part)).toEqual("confusion" in expected && expected.confusion);
      });

      const near = (found: readonly (readonly number[])[], wanted: readonly (readonly number[])[]) => {
        expect(found.map(({ length }) => length)).toEqual(wanted.map(({ length }) => length));
        found.flat().forEach((value, i) => {
          expect(value).toBeCloseTo(Number(wanted.flat()[i]), 12);
        });
      };

      it.runIf("curves" in expected)("curves", () => {
        if (!("curves" in expected)) return;
        const { curves } = expected;
        const roc = rocCurve(part, width - 1);
        expect(roc[0]).toEqual({ threshold: Infinity, falsePositive: 0, truePositive: 0 });
        const points = roc.slice(1);
        near(
          [
            points.map(({ threshold }) => threshold),
            points.map(({ falsePositive }) => falsePositive),
            points.map(({ truePositive }) => truePositive),
          ],
          curves.roc,
        );
        const pr = precisionRecallCurve(part, width - 1);
        near(
          [
            pr.map(({ threshold }) => threshold),
            pr.map((point) => point.recall),
            pr.map((point) => point.precision),
          ],
          curves.precisionRecall,
        );
        const bins = reliability(measured, { of: width - 1 });
        near(
          [bins.map(({ probability }) => probability), bins.map(({ share }) => share)],
          curves.reliability,
        );
      });

      it.runIf("class scores" in expected)("scores of each class", () => {
        if (!("class scores" in expected)) return;
        const scores = classScores(part);
        for (const [name, wanted] of Object.entries(expected["class scores"])) {
          near([scores.map((each) => Number(each[name as "rocAuc"]))], [wanted]);
        }
        expect(scores.reduce((sum, { rows }) => sum + rows, 0)).toBeCloseTo(
          confusionMatrix(part)
            .flat()
            .reduce((a, b) => a + b, 0),
          9,
        );
      });
    });
  },
);

it("rows of weight 0 change nothing, and a row of weight 2 counts as two", () => {
  const { kind, width, answers, targets } = reference.cases[1] ?? {};
  const count = Number(targets?.length);
  const whole = { kind, width, answers, targets } as Measured;
  const twice = {
    ...whole,
    answers: [answers ?? [], answers ?? []].flat(),
    targets: [targets ?? [], targets ?? []].flat(),
  };
  const half = [...new Array(count).fill(1), ...new Array(count).fill(0)];
  const names = Object.keys(reference.cases[1]?.plain ?? {}).filter((name) => !structured.includes(name));
  for (const name of names) {
    const value = metrics[name]?.of(whole);
    expect(metrics[name]?.of({ ...twice, weights: half }), name).toBeCloseTo(Number(value), 12);
    expect(metrics[name]?.of({ ...twice, weights: half.map((weight) => 2 * weight) }), name).toBeCloseTo(
      Number(value),
      12,
    );
  }
});

describe("targets that are left out count for nothing", () => {
  it.each(reference.cases.filter(({ kind }) => kind !== "labels"))(
    "$name",
    ({ kind, width, answers, targets, plain }) => {
      const whole = { kind, width, answers, targets } as Measured;
      const left = kind === "class" ? [-1] : new Array(width).fill(Number.NaN);
      const more: Measured = {
        ...whole,
        answers: [new Array(width).fill(0), answers].flat(),
        targets: [left, targets].flat(),
        partial: true,
      };
      for (const name of Object.keys(plain).filter((each) => !structured.includes(each))) {
        expect(metrics[name]?.of(more), name).toBe(metrics[name]?.of(whole));
      }
      expect(() => accuracy().of({ ...more, kind: "class", partial: false })).toThrow(SteepestError);
    },
  );

  it("each of several values for itself", () => {
    const part: Measured = {
      kind: "value",
      width: 2,
      answers: [1, 2, 3, 4],
      targets: [1, Number.NaN, 5, 5],
      partial: true,
    };
    expect(mae().of(part)).toBe((1 + 1) / 2);
    expect(() => mae().of({ ...part, targets: [1, Number.NaN, 5, Number.NaN] })).toThrow(
      "mae: there are no rows to measure: all targets are left out",
    );
  });
});

it("the area under the curve is the share of pairs in the right order, equal ones a half", () => {
  const row = fc.record({
    yes: fc.boolean(),
    answer: fc.integer({ min: 0, max: 6 }),
    weight: fc.integer({ min: 1, max: 3 }),
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 2, maxLength: 30 }), (rows) => {
      const [yes, no] = [rows.filter((each) => each.yes), rows.filter((each) => !each.yes)];
      fc.pre(yes.length > 0 && no.length > 0);
      let [right, all] = [0, 0];
      for (const a of yes) {
        for (const b of no) {
          all += a.weight * b.weight;
          right += a.weight * b.weight * (a.answer > b.answer ? 1 : a.answer === b.answer ? 0.5 : 0);
        }
      }
      const area = rocAuc().of({
        kind: "labels",
        width: 1,
        answers: rows.map(({ answer }) => answer / 8),
        targets: rows.map((each) => Number(each.yes)),
        weights: rows.map(({ weight }) => weight),
      });
      expect(area).toBeCloseTo(right / all, 12);
    }),
  );
});

describe("by default", () => {
  it("two classes are measured by the second, more by the mean over them", () => {
    const two = reference.cases[0];
    const four = reference.cases[1];
    expect(precision().of(two as Measured)).toBeCloseTo(Number(two?.weighted["precision binary"]), 12);
    expect(recall().of(four as Measured)).toBeCloseTo(Number(four?.weighted["recall macro"]), 12);
    expect(f1({ positive: 0 }).of(classes([0, 0, 1], [0.9, 0.1], [0.2, 0.8], [0.3, 0.7]))).toBeCloseTo(
      2 / 3,
      12,
    );
  });

  it("every metric says which way is better, and has a name", () => {
    const lower = Object.values(metrics).filter(({ better }) => better === "lower");
    expect(lower.map(({ name }) => name).sort()).toEqual(
      [
        "100 % quantile of the absolute error",
        "50 % quantile of the absolute error",
        "75 % quantile of the absolute error",
        "90 % quantile of the absolute error",
        "brier score",
        "calibration error",
        "log loss",
        "mae",
        "mape",
        "median absolute error",
        "mse",
        "rmse",
      ].sort(),
    );
  });
});

describe("what is a share of nothing is 0", () => {
  const never = classes([0, 1, 0], [0.9, 0.1], [0.9, 0.1], [0.9, 0.1]);
  it.each([precision(), recall(), f1(), matthewsCorrelation()])("$name", (metric) => {
    expect(metric.of(never)).toBe(0);
  });

  it("a class that is nowhere is left out of the mean", () => {
    const part = classes([0, 1], [0.8, 0.1, 0.1], [0.1, 0.8, 0.1]);
    expect(f1().of(part)).toBe(1);
    expect(balancedAccuracy().of(part)).toBe(1);
  });
});

describe("what is undefined says so", () => {
  const all = classes([1, 1], [0.2, 0.8], [0.4, 0.6]);
  const values: Measured = { kind: "value", width: 1, answers: [1, 2], targets: [3, 3] };
  it.each<[string, Metric, Measured, string]>([
    [
      "one class only",
      rocAuc(),
      all,
      "rocAuc is undefined: all 2 rows are of class 1; give a part with others",
    ],
    [
      "the other only",
      rocAuc(),
      { ...all, targets: [0, 0] },
      "rocAuc is undefined: none of 2 rows is of class 1",
    ],
    [
      "no precision",
      averagePrecision(),
      { ...all, targets: [0, 0] },
      "averagePrecision is undefined: none of 2",
    ],
    ["no chance", cohenKappa(), all, "cohenKappa: all rows are of one class and answered so"],
    ["targets that do not vary", r2(), values, "r2 is undefined: the targets of all 2 rows are 3"],
    ["a share of 0", mape(), { ...values, targets: [1, 0] }, "mape is undefined: a target is 0"],
    ["no rows", mse(), { ...values, answers: [], targets: [] }, "mse: there are no rows to measure"],
    ["no weights", accuracy(), { ...all, weights: [0, 0] }, "no rows to measure: all weights are 0"],
    ["classes for values", mae(), all, "mae is for values, the targets are classes"],
    [
      "values for classes",
      topK(1),
      values,
      "topK is for classes, the targets are values; choose another metric",
    ],
    [
      "targets too few",
      accuracy(),
      { ...all, targets: [1] },
      "accuracy: 4 answers in rows of 2 do not go with 1 targets",
    ],
    ["weights too few", accuracy(), { ...all, weights: [1] }, "there are 1 weights for 2 rows"],
    ["a negative weight", accuracy(), { ...all, weights: [1, -1] }, "the weight of row 1 is -1"],
    [
      "a class that there is not",
      logLoss(),
      { ...all, targets: [1, 2] },
      "logLoss: the target of row 1 is 2; it must be a class number from 0 to 1",
    ],
    [
      "a label of a half",
      accuracy(),
      { ...all, kind: "labels", targets: [0, 1, 0.5, 1] },
      "the target of row 1 is 0.5; it must be 0 or 1",
    ],
    [
      "an answer that is none",
      accuracy(),
      { ...all, answers: [1, 0, Number.NaN, 0] },
      "accuracy: answer 0 of row 1 is NaN",
    ],
    [
      "a mean without a positive class",
      f1({ average: "binary" }),
      classes([0], [1, 0, 0]),
      'f1: average is "binary" and there are 3 classes; say which is positive',
    ],
    [
      "a positive class that there is not",
      recall({ positive: 2 }),
      all,
      "recall: positive is 2; expected a whole number from 0 to 1",
    ],
  ])("%s", (_, metric, part, message) => {
    expect(() => metric.of(part)).toThrow(SteepestError);
    expect(() => metric.of(part)).toThrow(message);
  });

  it("and so are options that cannot be", () => {
    expect(() => topK(0)).toThrow("topK: k is 0; expected a whole number of at least 1");
    expect(() => calibrationError({ bins: 1.5 })).toThrow(/bins is 1.5/);
    expect(() => precision({ average: "mean" } as object)).toThrow(
      /average is "mean"; expected "binary" or "macro"/,
    );
    expect(() => accuracy({ threshold: 0.5 } as object)).toThrow(/there is no option "threshold"/);
  });
});

describe("the metrics that everyone asks for", () => {
  it("are measured together, and what is undefined says why", () => {
    const part = classes([1, 1, 1], [0.2, 0.8], [0.4, 0.6], [0.9, 0.1]);
    const found = measureAll(usualMetrics("class"), part);
    expect(found.accuracy).toEqual({ value: 2 / 3 });
    expect(found.rocAuc).toEqual({
      undefinedBecause: "rocAuc is undefined: all 3 rows are of class 1; give a part with others",
    });
    expect(measureAll(usualMetrics("class", { positive: 0 }), part).recall).toEqual({ value: 0 });
    const { rmse: root, largestError } = measureAll(usualMetrics("value"), {
      ...{ kind: "value", width: 1, answers: [1, 2], targets: [1, 4] },
    });
    expect([root, largestError]).toEqual([{ value: Math.SQRT2 }, { value: 2 }]);
    const { accuracy: share } = measureAll(usualMetrics("labels"), {
      ...{ kind: "labels", width: 1, answers: [0.2, 0.7], targets: [1, 1] },
    });
    expect(share).toEqual({ value: 0.5 });
  });

  it("leave out those of probabilities where there are none", () => {
    expect(usualMetrics("class", { probabilities: false })).not.toHaveProperty("logLoss");
    expect(usualMetrics("class", { probabilities: false })).toHaveProperty("rocAuc");
  });

  it("a metric that fails for another reason fails", () => {
    const broken: Metric = {
      name: "broken",
      better: "higher",
      of: () => {
        throw new TypeError("no");
      },
    };
    expect(() => measureAll({ broken }, classes([1], [0, 1]))).toThrow(TypeError);
  });
});

describe("curves and bins", () => {
  const part = classes([0, 1, 1, 0], [0.9, 0.1], [0.2, 0.8], [0.7, 0.3], [0.5, 0.5]);
  it("say which class they are of where there are several", () => {
    const three = classes([0, 1, 2], [1, 0, 0], [0, 1, 0], [0, 0, 1]);
    expect(() => rocCurve(three)).toThrow("rocCurve: there are 3 classes; say which the curve is of, from 0");
    expect(() => precisionRecallCurve(part, 2)).toThrow("of is 2; expected a whole number from 0 to 1");
    expect(() => reliability(part, { of: -1 })).toThrow(/of is -1; expected/);
    expect(() => errorQuantile(90)).toThrow("errorQuantile: share is 90; expected a number from 0 to 1");
  });

  it("compare the answered class with how often it is right, where there are more than two", () => {
    const three = classes([0, 1, 2], [0.95, 0.05, 0], [0.95, 0.05, 0], [0, 0.4, 0.6]);
    const bins = reliability(three);
    expect(bins.map(({ rows, share }) => [rows, share])).toEqual([
      [1, 1],
      [2, 0.5],
    ]);
    expect(reliability(part).map(({ from, share }) => [from, share])).toEqual([
      [0, 0],
      [0.2, 1],
      [0.4, 0],
      [0.7, 1],
    ]);
  });
});

import type { Figure } from "../figures/frame.js";
import { aside, lineChart, type Series } from "../figures/index.js";
import { type Markup, markup } from "../figures/markup.js";
import { reliabilityChart } from "../figures/reliability.js";
import { wrongOf } from "../metrics/confusion-matrix.js";
import type { ClassCurve, ClassScores, ScoredClasses } from "../metrics/index.js";
import { interval } from "../statistics.js";
import { count, number, percent } from "./format.js";
import { card } from "./headline.js";
import { columns, drawing, narrowWidth, section } from "./layout.js";
import { metricLines } from "./metric-names.js";

const wide = 520;

const seriesOf = (curves: readonly ClassCurve[], classes: readonly string[]): Series[] =>
  curves.map(({ of, area, points }) => ({
    name: `${classes[of] ?? of} (${area.toFixed(3)})`,
    points,
    dots: false,
  }));

const unit = { domain: [0, 1] } as const;

/** True over false positives, with the diagonal that guessing reaches. */
export const rocChart = (
  { roc }: Pick<ScoredClasses, "roc">,
  classes: readonly string[],
  width: number,
): Promise<Figure> =>
  lineChart({
    series: [
      ...seriesOf(roc, classes),
      {
        name: "by chance",
        colour: aside,
        dash: "dashed",
        points: [
          [0, 0],
          [1, 1],
        ],
        dots: false,
      },
    ],
    x: { label: "share of the others taken for the class", ...unit },
    y: { label: "share of the class found", ...unit },
    width,
    height: Math.min(width, 460) + 30,
  });

/** Precision over recall. */
export const precisionRecallChart = (
  { precisionRecall }: Pick<ScoredClasses, "precisionRecall">,
  classes: readonly string[],
  width: number,
): Promise<Figure> =>
  lineChart({
    series: seriesOf(precisionRecall, classes),
    names: "legend",
    x: { label: "recall", ...unit },
    y: { label: "precision", ...unit },
    width,
    height: Math.min(width, 460) + 30,
  });

/** ROC and precision-recall curves side by side; nothing where there are none. */
export const curveSections = async (
  scored: ScoredClasses,
  classes: readonly string[],
): Promise<Markup | undefined> => {
  if (scored.roc.length === 0) return undefined;
  const some = scored.roc.length < scored.classes.length && scored.positive === undefined;
  const which =
    scored.positive === undefined ? "each class against the rest" : `the class ${classes[scored.positive]}`;
  const note = markup`<p class="note">Of ${which}${some && `, the ${scored.roc.length} with the smallest areas`}; the number in brackets is the area.</p>`;
  return columns(
    [
      section(
        "True over false positives (ROC)",
        markup`${note}${drawing("ROC curves", await rocChart(scored, classes, wide), await rocChart(scored, classes, narrowWidth))}`,
      ),
    ],
    [
      section(
        "Precision over recall",
        markup`${note}${drawing("precision over recall", await precisionRecallChart(scored, classes, wide), await precisionRecallChart(scored, classes, narrowWidth))}`,
      ),
    ],
  );
};

/** The scores of each class against the rest. */
export const classTable = (scores: readonly ClassScores[], classes: readonly string[]): Markup =>
  markup`<div class="scroll"><table><thead><tr><th>class</th><th class="n">examples</th><th class="n">precision</th><th class="n">recall</th><th class="n">F1</th><th class="n wide-only">ROC area</th></tr></thead><tbody>${scores.map(
    ({ rows, precision, recall, f1, rocAuc }, i) =>
      markup`<tr><td>${classes[i] ?? String(i)}</td><td class="n">${count(rows)}</td><td class="n">${percent(precision)}</td><td class="n">${percent(recall)}</td><td class="n">${percent(f1)}</td><td class="n wide-only">${rocAuc === undefined ? "–" : number(rocAuc)}</td></tr>`,
  )}</tbody></table></div>`;

/** All metrics, with a word on what they are of. */
export const metricTable = ({ metrics, positive }: ScoredClasses, classes: readonly string[]): Markup =>
  markup`<table><tbody>${metricLines(metrics).map(
    ({ name, text, why }) =>
      markup`<tr><td>${name}${why !== undefined && markup`<br><small>${why}</small>`}</td><td class="n">${text}</td></tr>`,
  )}</tbody></table><p class="note after">${
    positive === undefined
      ? "Precision, recall, F1 and areas are means over the classes."
      : `Precision, recall and F1 are about ${classes[positive] ?? positive}.`
  }</p>`;

/** How often what was given a probability comes true; nothing without probabilities. */
export const reliabilitySection = async (
  { reliability = [], positive }: ScoredClasses,
  classes: readonly string[],
) => {
  if (reliability.length === 0) return undefined;
  const about =
    positive === undefined ? "the class that was answered" : (classes[positive] ?? String(positive));
  const chart = (width: number) =>
    reliabilityChart({ bins: reliability, about, width, height: width < 400 ? 380 : 500 });
  return section(
    "Can its probabilities be trusted?",
    markup`<p class="note">Examples by the probability of ${about}: on the dashed line it comes true as often as it says. The strokes are 95 % intervals, the bars below how many examples there are.</p>${drawing("reliability of probabilities", await chart(wide), await chart(narrowWidth))}`,
  );
};

/** The error in large type. */
export const classesHeadline = (scored: ScoredClasses): Markup => {
  const { confusion, rows } = scored;
  const wrong = wrongOf(confusion);
  const [low, high] = interval(wrong / rows, rows);
  const largest = Math.max(...scored.classes.map((each) => each.rows));
  return markup`<div class="headline">${card(
    percent(wrong / rows),
    `error: ${count(wrong)} of ${count(rows)} wrong, 95 % interval ${percent(low)} to ${percent(high)}`,
    "main",
  )}${card(percent(1 - largest / rows), "error of always answering the most frequent class")}${metricLines(
    scored.metrics,
  )
    .filter(({ name }) => ["area under ROC", "log loss"].includes(name))
    .map(({ name, text }) => card(text, name))}</div>`;
};

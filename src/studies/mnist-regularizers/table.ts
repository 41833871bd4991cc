import { aside, barChart, type Figure, meaning } from "../../figures/index.js";
import { missing } from "../../missing.js";
import { mean } from "../../statistics.js";
import { allOf, judged, type Verdict } from "../shared/verdict.js";
import type { Claim, KeptTable, StudyTable } from "../study.js";
import { type RowName, rows } from "./recipes.js";
import type { SeedOutcome } from "./results.js";

/** How far above the lecture's figure a row may end. */
const tolerance = 0.1;

/** What two seeds of a row differ by, in points: what a mean over seeds is known to. */
const seedError = 0.1;

/** Whether a difference in points is more than what the seeds behind both sides leave open. */
const beyondSeeds = (difference: number, ...seeds: readonly number[]): Verdict => {
  const open = seedError / Math.sqrt(Math.min(...seeds));
  return Math.abs(difference) < open ? "undecided" : judged(difference > 0);
};

/** A row with all outcomes that there are. */
export interface RowOutcomes {
  readonly row: RowName;
  /** Passes over the training images. */
  readonly epochs: number;
  readonly outcomes: readonly SeedOutcome[];
}

/** Mean error in percent over the seeds; NaN where there are none. */
export const meanError = ({ outcomes }: RowOutcomes): number => mean(outcomes.map(({ error }) => error));

const percent = (error: number): string => `${error.toFixed(2)} %`;

const spread = ({ outcomes }: RowOutcomes): string =>
  outcomes.length < 2
    ? "–"
    : `${Math.min(...outcomes.map(({ error }) => error)).toFixed(2)} … ${Math.max(...outcomes.map(({ error }) => error)).toFixed(2)}`;

/** The lecture's table with our column beside its own. */
export const tableOf = (all: readonly RowOutcomes[], comparable: boolean): StudyTable => ({
  title: `Test error (%) of different regularisation methods${comparable ? "" : "; smaller setting, not comparable with the lecture's figures"}`,
  columns: ["method", "lecture", "ours", "seeds", "least … most", "epochs", "momentum", "seconds per seed"],
  rows: all.map((each) => {
    const { outcomes, row } = each;
    return [
      rows[row].title,
      rows[row].lecture.toFixed(2),
      outcomes.length > 0 ? meanError(each).toFixed(2) : "–",
      outcomes.length,
      spread(each),
      each.epochs,
      rows[row].recipe.beta,
      outcomes.length > 0 ? Math.round(mean(outcomes.map(({ seconds }) => seconds))) : "–",
    ];
  }),
});

const isDropout = ({ row }: RowOutcomes): boolean => row === "dropout-l2" || row === "dropout-max-norm";

const lowest = (all: readonly RowOutcomes[]): RowOutcomes | undefined =>
  all.reduce<RowOutcomes | undefined>((a, b) => (a && meanError(a) <= meanError(b) ? a : b), undefined);

/** `claim` where both sides have outcomes: every row of the first lies below every row of the second. */
const below = (claim: string, first: readonly RowOutcomes[], second: readonly RowOutcomes[]): Claim[] => {
  const rest = lowest(second);
  if (first.length === 0 || rest === undefined) return [];
  const named = (each: RowOutcomes) => `${rows[each.row].title} ${percent(meanError(each))}`;
  return [
    {
      claim,
      measured: `${first.map(named).join(", ")}; the lowest of the others is ${named(rest)}`,
      verdict: allOf(
        first.map((each) =>
          beyondSeeds(meanError(rest) - meanError(each), each.outcomes.length, rest.outcomes.length),
        ),
      ),
    },
  ];
};

/** Claims about the rows that have outcomes; what needs the lecture's own setting is claimed there only. */
export const claimsOf = (table: readonly RowOutcomes[], comparable: boolean): Claim[] => {
  const done = table.filter(({ outcomes }) => outcomes.length > 0);
  const which = done.length < table.length ? ` (of the ${done.length} rows trained)` : "";
  const best = done.filter(({ row }) => row === "dropout-max-norm");
  const dropout = below(
    `Dropout errs less than every method without it${which}`,
    done.filter(isDropout),
    done.filter((each) => !isDropout(each)),
  );
  if (!comparable) return dropout;
  return [
    ...below(
      `Dropout with max-norm has the lowest error of all methods${which}`,
      best,
      done.filter((each) => !best.includes(each)),
    ),
    ...dropout,
    ...done.map((each): Claim => {
      const { title, lecture } = rows[each.row];
      const { length } = each.outcomes;
      return {
        claim: `${title}: ${percent(lecture)}, or at most ${tolerance} more`,
        measured: `${percent(meanError(each))} with ${length} ${length === 1 ? "seed" : "seeds"}; two seeds differ by about ${seedError}`,
        verdict: beyondSeeds(lecture + tolerance - meanError(each), length),
      };
    }),
  ];
};

/** Which row came out best, and how far the worst lies above it. */
export const lessonOf = (table: readonly RowOutcomes[]): string => {
  const done = table.filter(({ outcomes }) => outcomes.length > 0);
  const best = lowest(done);
  if (best === undefined) return "No row was trained.";
  const worst = done.reduce((a, b) => (meanError(b) > meanError(a) ? b : a));
  return `Of ${done.length} ways to regularise the same network, ${rows[best.row].title} erred least (${percent(meanError(best))}) and ${rows[worst.row].title} most (${percent(meanError(worst))}).`;
};

/** A cell of the table as a height; rows that were not trained leave a gap. */
const height = (cell: string | number | null | undefined): number =>
  cell === "–" || cell === null ? Number.NaN : Number(cell ?? missing());

/**
 * The table as bars, with the lecture's figures beside ours only where they are of the same images and network. Drawn from
 * the table alone, so that a picture can be made again without hours of training.
 */
export const drawTable = (
  { rows: cells }: Pick<KeptTable, "rows">,
  { subtitle, comparable }: { readonly subtitle: string; readonly comparable: boolean },
): Promise<Figure> => {
  const ours = { name: "ours", values: cells.map((row) => height(row[2])), colour: meaning.test };
  const lecture = { name: "lecture", values: cells.map((row) => height(row[1])), colour: aside };
  return barChart({
    title: comparable
      ? "Regularisation methods on MNIST, beside the lecture's figures"
      : "Regularisation methods, smaller setting",
    subtitle,
    width: 720,
    horizontal: true,
    categories: cells.map((row) => String(row[0])),
    series: comparable ? [lecture, ours] : [ours],
    value: { label: "test error (%)" },
    format: (value) => value.toFixed(2),
  });
};

import { missing } from "../missing.js";
import { collect, trainMissing } from "./mnist-regularizers/candidates.js";
import { type Parts, partsOf } from "./mnist-regularizers/data.js";
import { examplesOf, howChosen, rowNames, rows, widthsOf } from "./mnist-regularizers/recipes.js";
import { selection } from "./mnist-regularizers/selection.js";
import { type Asked, askedFor, settingsHelp } from "./mnist-regularizers/settings.js";
import { claimsOf, drawTable, lessonOf, meanError, tableOf } from "./mnist-regularizers/table.js";
import type { Study, StudyContext, StudyResult } from "./study.js";

const count = (examples: number): string => examples.toLocaleString("en-US");

const networkOf = (widths: readonly number[]): string => `784-${widths.join("-")}-10, relu`;

/** The lecture's table: the rows asked for are trained, and all that have outcomes are shown. */
const table = async (asked: Asked, parts: Parts, context: StudyContext): Promise<StudyResult> => {
  const { effort, signal } = context;
  const candidates = rowNames.map((row) => ({ row, name: rows[row].title, recipe: rows[row].recipe }));
  const wanted = asked.rows.flatMap((row) => candidates.filter((candidate) => candidate.row === row));
  await trainMissing(wanted, { ...asked, parts }, context);
  const { trained, problems } = await collect(candidates, { ...asked, parts }, context);
  const seconds = trained
    .flatMap(({ outcomes }) => outcomes)
    .reduce((sum, outcome) => sum + outcome.seconds, 0);
  const network = networkOf(widthsOf[effort]);
  const shortened = asked.share < 1 ? `; ${asked.share} of the epochs` : "";
  const comparable = effort === "full" && parts.source === "MNIST";
  const data = `${parts.source}; ${count(parts.train.size)} training and ${count(parts.measured.size)} test examples`;
  const images = `Images: ${data}. Network: ${network}${shortened}.`;
  const lines = tableOf(trained, comparable);
  return {
    learned: lessonOf(trained),
    claims: claimsOf(trained, comparable),
    tables: [lines],
    figure: await drawTable(lines, { subtitle: images, comparable }),
    numbers: {
      network: [784, ...widthsOf[effort], 10],
      source: parts.source,
      comparable,
      share: asked.share,
      rows: trained.map((each) => ({
        row: each.row,
        title: rows[each.row].title,
        lecture: rows[each.row].lecture,
        ours: each.outcomes.length > 0 ? meanError(each) : null,
        seeds: each.outcomes.length,
        outcomes: each.outcomes,
        epochs: each.epochs,
        recipe: each.recipe,
      })),
    },
    seconds,
    notes: [
      images,
      ...(comparable
        ? ["Network and data are those of the table's source (Srivastava et al. 2014, table 9)."]
        : [
            "The lecture's figures are for MNIST and a 784-1024-1024-2048-10 network: those of this setting are not comparable with them. `--full --data <folder with MNIST>` is that setting.",
          ]),
      ...(asked.share < 1
        ? [
            `Trained for ${asked.share} of the recipes' epochs (\`--share\`): a first look, not the recipes themselves.`,
          ]
        : []),
      "Epochs and momentum are not the same for all rows (see the table): dropout learns from thinned networks, and was given more epochs and more momentum, as in the table's source. The comparison is one of methods as they are used, not of equal work.",
      howChosen,
      `The time is the sum over the trainings, ${(seconds / 60).toFixed(seconds < 600 ? 1 : 0)} minutes. Calls with \`--rows\` and \`--threads 1\` can share them, as many at once as there are cores.`,
      ...(signal?.aborted
        ? ["Rows without a figure, or further seeds, were not trained; those that were are kept."]
        : []),
      ...problems,
    ],
  };
};

/** Row 23 of the lecture: table 9, six ways of regularising a network on MNIST. */
export const mnistRegularizers: Study = {
  name: "mnist-regularizers",
  title: "Regularisation methods on MNIST",
  section: "Performance on MNIST (table 9)",
  describe:
    "Trains the same network with L2, L2 and L1 towards the end of training, L2 and KL-sparsity, max-norm, dropout and L2, and dropout and max-norm, and puts the test errors beside the lecture's. Every row and seed is kept when it is done; a further call goes on where the last one stopped, or adds seeds.",
  settings: settingsHelp,
  run: async (context) => {
    const asked = askedFor(context);
    const parts = await partsOf(context, examplesOf[context.effort], asked.heldOut);
    return asked.heldOut === undefined ? table(asked, parts, context) : selection(asked, parts, context);
  },
  redraw: ({ effort, data, tables, notes }) =>
    drawTable(tables[0] ?? missing(), {
      subtitle: notes[0] ?? missing(),
      comparable: effort === "full" && data,
    }),
};

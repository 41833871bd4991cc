import { confusionChart, pictureUri } from "../figures/index.js";
import { type Markup, markup } from "../figures/markup.js";
import { missing } from "../missing.js";
import { count, percent } from "./format.js";
import { drawing, narrowWidth } from "./layout.js";
import type { RunRecord } from "./record.js";

type Confusion = NonNullable<RunRecord["confusion"]>;

/** More classes than this make a matrix whose numbers cannot be read: pairs say more. */
const mostClasses = 20;
/** The same on a narrow page. */
const mostNarrow = 10;

/** The pairs shown: a screenful, and more where there is no matrix. */
const mostPairs = { beside: 8, alone: 20 } as const;
const mostClassesListed = 13;

export const hasMatrix = ({ classes }: Confusion): boolean => classes.length <= mostClasses;

/** The matrix. */
export const confusionMatrix = async (confusion: Confusion): Promise<Markup> => {
  const wide = await confusionChart({
    ...confusion,
    width: Math.min(640, 150 + 52 * confusion.classes.length),
  });
  const narrow = await confusionChart({ ...confusion, width: narrowWidth });
  const few = confusion.classes.length <= mostNarrow;
  return markup`<div${!few && markup` class="wide-only"`}><p class="note">Each row is a true class. Right answers are blue; mistakes are orange, the darker the larger their share of the row.</p>${drawing("confusion matrix", wide, few ? narrow : undefined)}</div>`;
};

/** The mistakes that are made most often, with their share of the true class. */
export const confusedPairs = async (confusion: Confusion): Promise<Markup> => {
  const { classes, counts, examples = [] } = confusion;
  const pairs = counts
    .flatMap((row, truth) => {
      const total = row.reduce((a, b) => a + b, 0);
      return row.flatMap((wrong, predicted) =>
        wrong > 0 && predicted !== truth ? [{ truth, predicted, wrong, share: wrong / total }] : [],
      );
    })
    .sort((a, b) => b.wrong - a.wrong || b.share - a.share);
  if (pairs.length === 0) return markup`<p class="note">No test example was answered wrongly.</p>`;
  const shown = pairs.slice(0, hasMatrix(confusion) ? mostPairs.beside : mostPairs.alone);
  const name = (index: number) => classes[index] ?? missing();
  const pictured = await Promise.all(
    shown.map(async ({ truth, predicted }) => {
      const found = examples.find((each) => each.truth === truth && each.predicted === predicted);
      if (!found) return markup`<td></td>`;
      const { values, layout } = found;
      const alt = `${name(truth)}, taken for ${name(predicted)}`;
      return markup`<td><img class="pair" src="${await pictureUri(values, layout)}" alt="${alt}" style="--shape:${layout.width}/${layout.height}"></td>`;
    }),
  );
  const withPictures = examples.length > 0;
  return markup`<div class="scroll"><table><thead><tr>${withPictures && markup`<th>surest</th>`}<th>true class</th><th>taken for</th><th class="n">times</th><th class="n wide-only">of the class</th></tr></thead><tbody>${shown.map(
    ({ truth, predicted, wrong, share }, i) =>
      markup`<tr>${withPictures && pictured[i]}<td>${name(truth)}</td><td class="wrong">${name(predicted)}</td><td class="n">${count(wrong)}</td><td class="n wide-only">${percent(share)}</td></tr>`,
  )}</tbody></table></div>${
    pairs.length > shown.length &&
    markup`<p class="note after">And ${count(pairs.length - shown.length)} other pairs of classes.</p>`
  }`;
};

/** The classes answered wrongly most often, for their number. */
export const hardestClasses = ({ classes, counts }: Confusion): Markup => {
  const all = counts
    .map((row, truth) => {
      const total = row.reduce((a, b) => a + b, 0);
      return { name: classes[truth] ?? missing(), total, wrong: total - (row[truth] ?? missing()) };
    })
    .filter(({ wrong }) => wrong > 0)
    .sort((a, b) => b.wrong / b.total - a.wrong / a.total);
  return markup`<div class="scroll"><table><thead><tr><th>class</th><th class="n">examples</th><th class="n">wrong</th><th class="n">error</th></tr></thead><tbody>${all
    .slice(0, mostClassesListed)
    .map(
      ({ name, total, wrong }) =>
        markup`<tr><td>${name}</td><td class="n">${count(total)}</td><td class="n">${count(wrong)}</td><td class="n">${percent(wrong / total)}</td></tr>`,
    )}</tbody></table></div>`;
};

import { missing } from "../../missing.js";
import type { CategoryColumn } from "../encoder.js";

/** Of more categories than this, those that occur once are left out: nothing is learned of them. */
const FEW = 20;

/** The categories of the chosen rows, the most frequent first. */
export const categoriesOf = (
  name: string,
  { texts, codes }: { readonly texts: readonly string[]; readonly codes: Int32Array },
  rows: Uint32Array,
): CategoryColumn => {
  const counts = new Uint32Array(texts.length);
  let gaps = 0;
  for (const row of rows) {
    const code = codes[row] ?? missing();
    if (code < 0) gaps++;
    else counts[code] = (counts[code] ?? missing()) + 1;
  }
  const seen = [...counts.keys()].filter((code) => (counts[code] ?? missing()) > 0);
  const least = seen.length > FEW ? 2 : 1;
  const kept = seen
    .filter((code) => (counts[code] ?? missing()) >= least)
    .sort(
      (a, b) =>
        (counts[b] ?? missing()) - (counts[a] ?? missing()) || ((texts[a] ?? "") < (texts[b] ?? "") ? -1 : 1),
    );
  // Nothing else is called "": an empty cell is a missing one.
  const categories = kept.map((code) => texts[code] ?? missing());
  if (gaps >= least) categories.push("");
  return { kind: "category", name, categories, missing: gaps >= least ? categories.length : 0 };
};

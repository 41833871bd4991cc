import type { Source } from "../data/csv/source.js";
import { missing } from "../missing.js";
import { shown } from "../shown.js";
import type { EncodedTarget } from "./encoder.js";
import { type Column, numbersOf } from "./gather.js";

/** Columns that tell the target all by themselves. */
const leaksOf = (
  target: EncodedTarget,
  columns: ReadonlyMap<string, Column>,
  rows: Uint32Array,
): readonly string[] => {
  if (rows.length < 20) return [];
  const own = columns.get(target.name) ?? missing();
  return [...columns].flatMap(([name, column]) => {
    if (name === target.name) return [];
    if (target.kind === "value" && own.kind === "numbers" && column.kind === "numbers") {
      let [n, mx, my, sxx, syy, sxy] = [0, 0, 0, 0, 0, 0];
      for (const row of rows) {
        const [x, y] = [column.values[row] ?? missing(), own.values[row] ?? missing()];
        if (Number.isNaN(x)) continue;
        n++;
        const [dx, dy] = [x - mx, y - my];
        mx += dx / n;
        my += dy / n;
        sxx += dx * (x - mx);
        syy += dy * (y - my);
        sxy += dx * (y - my);
      }
      return n * 2 > rows.length && sxy * sxy > (1 - 1e-9) * sxx * syy && sxx > 0 ? [name] : [];
    }
    if (target.kind !== "class" || own.kind !== "codes" || column.kind === "words") return [];
    const classOf = new Map<number, number>();
    const numbers = numbersOf(column);
    for (const row of rows) {
      const [x, y] = [numbers[row] ?? missing(), own.codes[row] ?? missing()];
      const known = classOf.get(x);
      if (known === undefined) classOf.set(x, y);
      else if (known !== y) return [];
      if (classOf.size * 5 > rows.length) return [];
    }
    return [name];
  });
};

/** A word about each column that tells a target all by itself in the rows that are trained on. */
export const leakNotes = (
  target: EncodedTarget,
  columns: ReadonlyMap<string, Column>,
  train: Uint32Array,
  source: Source,
): readonly string[] =>
  leaksOf(target, columns, train).map(
    (name) =>
      `column ${shown(name)} tells ${shown(target.name)} all by itself: if it is not known when you predict, leave it out by ${source.option("ignore", name)}`,
  );

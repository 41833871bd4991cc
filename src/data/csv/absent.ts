import { listed, shown } from "../../shown.js";
import { textAt } from "./scan.js";
import { failUse, type Source } from "./source.js";
import type { Table } from "./table.js";

/** What else than the separators that are looked for may stand between cells; a blank last, as it stands in names too. */
const SEPARATORS = ["|", ":", "^", "~", " "];

/** What to do about a table of one column, which is probably cut by something else; "" for others. */
export const oneColumnAdvice = ({ names, width }: Table, source: Source): string => {
  if (width > 1) return "";
  const found = SEPARATORS.find((mark) => names[0]?.includes(mark));
  const example = found === undefined ? "" : `, perhaps ${shown(found)}`;
  return `; it has one column only: say with ${source.option("delimiter")} what separates cells${example}`;
};

/** Throws for a column that an option names and the table does not have, with what may be the reason. */
export const failAbsent = (table: Table, name: string, option: string, source: Source): never => {
  const inFirstRow =
    table.first === 0 && Array.from({ length: table.width }, (_, j) => textAt(table, j)).includes(name);
  const header = `; the first row holds ${shown(name)} but was taken for data: ${source.option("header")} says that it names the columns`;
  const advice = inFirstRow ? header : oneColumnAdvice(table, source);
  return failUse(
    source,
    `there is no column ${shown(name)} (${source.option(option)}); the columns are ${listed(table.names)}${advice}`,
  );
};

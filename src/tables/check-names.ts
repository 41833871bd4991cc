import { failAbsent } from "../data/csv/absent.js";
import { failUse, type Source } from "../data/csv/source.js";
import type { Table } from "../data/csv/table.js";
import type { TableOptions } from "./load.js";
import { columnTypes } from "./understand.js";

/** Throws where options name columns that are not there, or types that are none, or one column for two things. */
export const checkNames = (
  table: Table,
  source: Source,
  options: Pick<TableOptions, "ignore" | "types" | "group" | "time">,
  targets: readonly string[],
): void => {
  const known = new Set(table.names);
  const { ignore = [], types = {}, group, time } = options;
  if (group !== undefined && time !== undefined)
    failUse(
      source,
      `${source.option("group", group)} and ${source.option("time", time)} divide the rows in two ways; give one of them`,
    );
  const asked: readonly (readonly [string, readonly string[]])[] = [
    ["target", targets],
    ["ignore", ignore],
    ["types", Object.keys(types)],
    ["group", group === undefined ? [] : [group]],
    ["time", time === undefined ? [] : [time]],
  ];
  for (const [option, columns] of asked)
    for (const name of columns) if (!known.has(name)) failAbsent(table, name, option, source);
  for (const [name, type] of Object.entries(types)) {
    if (!columnTypes.includes(type))
      failUse(
        source,
        `${source.option("types", `${name}=${type}`)}: there is no such type; choose from ${columnTypes.join(", ")}`,
      );
  }
  for (const name of targets) {
    const also = ignore.includes(name) ? "ignore" : group === name ? "group" : undefined;
    if (also !== undefined)
      failUse(
        source,
        `${source.option("target", name)} and ${source.option(also, name)}: a column that is predicted cannot ${also === "ignore" ? "be left out" : "group the rows"}; name another`,
      );
  }
};

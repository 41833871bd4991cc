import { listed, shown } from "../shown.js";
import type { TableEncoder } from "./encoder.js";

/** What the columns were taken for, one line for all inputs, and one for each column that is left out. */
export const columnsText = ({ columns, ignored }: TableEncoder): readonly string[] => {
  const kinds = new Map<string, string[]>();
  for (const { kind, name } of columns) kinds.set(kind, [...(kinds.get(kind) ?? []), name]);
  const plural: Readonly<Record<string, string>> = { category: "categories" };
  const inputs = [...kinds].map(
    ([kind, names]) =>
      `${names.length} ${names.length === 1 ? kind : (plural[kind] ?? `${kind}s`)} (${listed(names, 4)})`,
  );
  return [
    `inputs: ${inputs.join(", ")}`,
    ...ignored.map(({ name, why }) => `column ${shown(name)} left out: ${why}`),
  ];
};

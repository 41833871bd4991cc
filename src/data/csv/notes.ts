import { listed } from "../../shown.js";

/** Something that was found in or done to a column. */
export interface ColumnNote {
  readonly column: string;
  /** The whole sentence. */
  readonly text: string;
  /** What is said of many such columns, without what differs between them: "are constant". */
  readonly many: string;
}

/** So many columns are told of one by one. */
const FEW = 3;

/** One line for each note, or one for all that say the same of more than three columns. */
export const summarised = (notes: readonly ColumnNote[]): string[] => {
  const alike = new Map<string, ColumnNote[]>();
  for (const note of notes) {
    const group = alike.get(note.many);
    if (group) group.push(note);
    else alike.set(note.many, [note]);
  }
  return [...alike].flatMap(([many, group]) =>
    group.length <= FEW
      ? group.map(({ text }) => text)
      : [`${group.length} columns ${many}: ${listed(group.map(({ column }) => column))}`],
  );
};

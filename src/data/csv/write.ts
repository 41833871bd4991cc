/** A cell of a CSV file: in quotes where a text holds a separator, a quote or a line end, or begins or ends with a blank. */
export const csvCell = (value: string | number): string => {
  const text = String(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** A row of a CSV file, without a line end. A sole empty cell is quoted: the line would be taken for an empty one. */
export const csvRow = (cells: readonly (string | number)[]): string =>
  cells.length === 1 && cells[0] === "" ? '""' : cells.map(csvCell).join(",");

/** What changes where a file does: its path, size and date. */
export const fileIdentity = async (path: string): Promise<string> => {
  const { stat } = await import("node:fs/promises");
  const { size, mtimeMs } = await stat(path);
  return `${path} ${size} ${mtimeMs}`;
};

import { type ESTree, parseSync } from "vite";

/** A node of the syntax tree, as far as every kind of node is alike. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [property: string]: unknown;
}

/** A file of the project: its path from the root, its text and its tree. */
export interface Source {
  readonly file: string;
  readonly text: string;
  readonly tree: Node;
}

export const parse = (file: string, text: string): Source => {
  const { program, errors } = parseSync(file, text, { preserveParens: true });
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  return { file, text, tree: node(program) };
};

const node = (value: ESTree.Program): Node => value as unknown as Node;

export const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as Node).type === "string";

/** The nodes directly below one, in the order of the text. */
export const children = (parent: Node): Node[] =>
  Object.values(parent)
    .flatMap((value: unknown) => (Array.isArray(value) ? (value as unknown[]) : [value]))
    .filter(isNode)
    .sort((a, b) => a.start - b.start);

/** `start … end` of the text, replaced. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text with edits that do not overlap; those at the same place in the order given. */
export const edited = (text: string, edits: readonly Edit[]): string => {
  let result = "";
  let at = 0;
  for (const { start, end, text: replacement } of [...edits].sort((a, b) => a.start - b.start)) {
    result += text.slice(at, start) + replacement;
    at = end;
  }
  return result + text.slice(at);
};

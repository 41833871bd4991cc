import { children, type Edit, edited, isNode, type Node, type Source } from "./source.js";

/**
 * A part of a file that runs as a whole: the body of a function, a loop or a branch, an arm of a condition. The first block
 * of a file is the file itself, which runs when it is imported.
 */
export interface Block {
  readonly node: Node;
  readonly form: "file" | "statements" | "statement" | "expression";
  /** Where what runs with the block begins: the head of a function, with its defaults, belongs to its body. */
  readonly from: number;
}

const isExpressionBody = (parent: Node, child: Node): boolean =>
  (parent.type === "ArrowFunctionExpression" && child === parent.body && child.type !== "BlockStatement") ||
  (parent.type === "ConditionalExpression" && child !== parent.test);

const isSingleStatement = (parent: Node, child: Node): boolean =>
  parent.type === "IfStatement" &&
  child !== parent.test &&
  child.type !== "BlockStatement" &&
  child.type !== "IfStatement";

const formOf = (parent: Node, child: Node): Block["form"] | undefined => {
  if (child.type === "BlockStatement") return "statements";
  if (isExpressionBody(parent, child)) return "expression";
  if (isSingleStatement(parent, child)) return "statement";
  return undefined;
};

const isBody = (parent: Node, child: Node): boolean =>
  parent.type.includes("Function") && child === parent.body;

/** The blocks of a file, outer ones before those within. */
export const blocksOf = ({ tree }: Source): Block[] => {
  const blocks: Block[] = [{ node: tree, form: "file", from: tree.start }];
  const walk = (parent: Node): void => {
    for (const child of children(parent)) {
      const form = formOf(parent, child);
      if (form !== undefined) {
        blocks.push({ node: child, form, from: isBody(parent, child) ? parent.start : child.start });
      }
      walk(child);
    }
  };
  walk(tree);
  return blocks;
};

/** The index of the innermost block around a place. */
export const blockAround = (blocks: readonly Block[], place: number): number =>
  blocks.findLastIndex(({ node, from }, i) => i === 0 || (from <= place && place < node.end));

/** The text in which every block calls `__hit(first + its index)` when it runs. */
export const counted = ({ text }: Source, blocks: readonly Block[], first: number): string => {
  const opening: Edit[] = [];
  const closing: Edit[] = [];
  for (const [i, { node, form }] of blocks.entries()) {
    const hit = `__hit(${first + i})`;
    const insert = (at: number, inserted: string): Edit => ({ start: at, end: at, text: inserted });
    if (form === "file") opening.push(insert(afterImports(node), `${hit};`));
    if (form === "statements") opening.push(insert(node.start + 1, `${hit};`));
    if (form === "expression" || form === "statement") {
      opening.push(insert(node.start, form === "expression" ? `(${hit}, ` : `{ ${hit}; `));
      closing.unshift(insert(node.end, form === "expression" ? ")" : " }"));
    }
  }
  return edited(text, [...closing, ...opening]);
};

const afterImports = (file: Node): number =>
  children(file)
    .filter((statement) => isNode(statement) && statement.type === "ImportDeclaration")
    .at(-1)?.end ?? 0;

import { children, type Edit, isNode, type Node, type Source } from "./source.js";

/** One small mistake in the source. */
export interface Mistake extends Edit {
  /** What kind of mistake it is. */
  readonly kind: string;
}

const operators: Readonly<Record<string, { readonly to: string; readonly kind: string }>> = {
  "+": { to: "-", kind: "arithmetic" },
  "-": { to: "+", kind: "arithmetic" },
  "*": { to: "/", kind: "arithmetic" },
  "/": { to: "*", kind: "arithmetic" },
  "%": { to: "*", kind: "arithmetic" },
  "**": { to: "*", kind: "arithmetic" },
  "+=": { to: "-=", kind: "arithmetic" },
  "-=": { to: "+=", kind: "arithmetic" },
  "*=": { to: "/=", kind: "arithmetic" },
  "/=": { to: "*=", kind: "arithmetic" },
  "<": { to: "<=", kind: "boundary" },
  "<=": { to: "<", kind: "boundary" },
  ">": { to: ">=", kind: "boundary" },
  ">=": { to: ">", kind: "boundary" },
  "===": { to: "!==", kind: "comparison" },
  "!==": { to: "===", kind: "comparison" },
  "&&": { to: "||", kind: "logic" },
  "||": { to: "&&", kind: "logic" },
};

const swaps: Readonly<Record<string, string>> = { min: "max", max: "min", floor: "ceil", ceil: "floor" };

/** What lies in messages and in types is outside: nothing that is computed depends on it. */
const isOutside = ({ type, callee }: Node): boolean =>
  type === "ThrowStatement" ||
  type === "TemplateLiteral" ||
  type === "ImportDeclaration" ||
  (type === "NewExpression" && isNode(callee) && /Error$/.test(String(callee.name))) ||
  (type.startsWith("TS") && !/^TS(As|Satisfies|NonNull)Expression$/.test(type));

const hasText = (node: Node): boolean =>
  (node.type === "Literal" && typeof node.value === "string") ||
  node.type === "TemplateLiteral" ||
  (node.type === "BinaryExpression" && children(node).some(hasText));

/** 0 → 1, 3 → 4, 4096 → 8192, 0.5 → 1, 1e-5 → 1e-3. */
const otherNumber = (value: number): number => {
  if (Number.isInteger(value)) return value < 100 ? value + 1 : 2 * value;
  return value < 0.01 ? 100 * value : 2 * value;
};

/** Every mistake that the mutators below can make in a file. */
export const mistakesIn = ({ text, tree }: Source): Mistake[] => {
  const mistakes: Mistake[] = [];
  const textOf = ({ start, end }: Node): string => text.slice(start, end);
  const replace = ({ start, end }: Node, by: string, kind: string): void => {
    mistakes.push({ start, end, text: by, kind });
  };

  const operator = (node: Node, left: Node, right: Node): void => {
    const by = operators[String(node.operator)];
    if (by === undefined || (node.operator === "+" && hasText(node))) return;
    const start = left.end + text.slice(left.end, right.start).indexOf(String(node.operator));
    mistakes.push({ start, end: start + String(node.operator).length, text: by.to, kind: by.kind });
  };

  const condition = (test: Node): void => {
    replace(test, "true", "condition");
    replace(test, "false", "condition");
    if (test.type !== "BinaryExpression") replace(test, `!(${textOf(test)})`, "condition");
  };

  const mutate = (node: Node): void => {
    const { left, right, argument, test, value, property, callee, expression } = node;
    switch (node.type) {
      case "BinaryExpression":
      case "LogicalExpression":
      case "AssignmentExpression":
        if (!isNode(left) || !isNode(right)) return;
        operator(node, left, right);
        if (node.operator === "??" && textOf(right) !== "missing()")
          replace(node, textOf(right), "option ignored");
        return;
      case "UnaryExpression":
        if (!isNode(argument) || argument.type === "Literal") return;
        if (node.operator === "-") replace(node, textOf(argument), "arithmetic");
        if (node.operator === "!") replace(node, textOf(argument), "logic");
        return;
      case "IfStatement":
      case "ConditionalExpression":
        if (isNode(test)) condition(test);
        return;
      case "Literal":
        if (typeof value === "number") replace(node, String(otherNumber(value)), "constant");
        if (typeof value === "boolean") replace(node, String(!value), "constant");
        return;
      case "MemberExpression":
        if (!isNode(property) || node.computed !== true || /^(Template)?Literal$/.test(property.type)) return;
        if (!/^(name|key)$/.test(textOf(property))) replace(property, `(${textOf(property)}) + 1`, "index");
        return;
      case "CallExpression": {
        if (!isNode(callee) || callee.type !== "MemberExpression" || !isNode(callee.property)) return;
        const by = swaps[textOf(callee.property)];
        if (by !== undefined && isNode(callee.object) && textOf(callee.object) === "Math") {
          replace(callee.property, by, "minimum and maximum");
        }
        return;
      }
      case "ExpressionStatement":
        if (isNode(expression) && /^(Call|Assignment|Await)Expression$/.test(expression.type)) {
          replace(node, ";", "statement removed");
        }
    }
  };

  const walk = (node: Node): void => {
    if (isOutside(node)) return;
    mutate(node);
    for (const child of children(node)) {
      const isName = node.type === "Property" && child === node.key && node.computed !== true;
      if (!isName) walk(child);
    }
  };
  walk(tree);
  return mistakes;
};

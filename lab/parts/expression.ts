/** An expression as it was typed, taken apart. */
export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "negative"; readonly of: Expression }
  | {
      readonly kind: "binary";
      readonly operator: Operator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "call"; readonly name: FunctionName; readonly of: Expression };

type Operator = "+" | "-" | "*" | "/" | "^";

/** Functions of one number, by the names that the library's graphs have for them. */
const functions = ["exp", "log", "sin", "cos", "sqrt", "abs", "tanh", "sigmoid", "softplus", "relu"] as const;

export type FunctionName = (typeof functions)[number];

const isFunction = (name: string): name is FunctionName => (functions as readonly string[]).includes(name);

const constants: Readonly<Record<string, number>> = { pi: Math.PI, π: Math.PI, e: Math.E };

export class ExpressionError extends Error {}

interface Token {
  readonly text: string;
  readonly at: number;
}

const tokensOf = (text: string): Token[] => {
  const tokens: Token[] = [];
  const pattern = /\s*(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|[a-zA-Zπ]+|\*\*|[-+*/^()²³·−]|$)/uy;
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (match === null) {
      const rest = text.slice(at).trimStart();
      throw new ExpressionError(
        `"${rest.slice(0, 1)}" at place ${text.length - rest.length + 1} cannot be read`,
      );
    }
    const [, token = ""] = match;
    if (token !== "") tokens.push({ text: token, at: pattern.lastIndex - token.length });
  }
  return tokens;
};

const synonyms: Readonly<Record<string, string>> = { "**": "^", "·": "*", "−": "-" };

/** How tightly an operator binds; powers bind from the right. */
const strength: Readonly<Record<string, number>> = { "+": 1, "-": 1, "*": 2, "/": 2, "^": 4 };

/**
 * Reads an expression such as `x^2/2 + 0.3*sin(4x)`. A number or a bracket before a name or a bracket multiplies. Throws an
 * `ExpressionError` that says where and why it cannot be read.
 */
export const parse = (text: string, variables: readonly string[]): Expression => {
  const tokens = tokensOf(text);
  let position = 0;
  const peek = (): string | undefined => {
    const token = tokens[position]?.text;
    return token === undefined ? undefined : (synonyms[token] ?? token);
  };
  const place = (): string => {
    const token = tokens[position];
    return token === undefined ? "at the end" : `at place ${token.at + 1}, before "${token.text}"`;
  };
  const expect = (wanted: string): void => {
    if (peek() !== wanted) throw new ExpressionError(`"${wanted}" is missing ${place()}`);
    position += 1;
  };
  const bracketed = (): Expression => {
    expect("(");
    const inside = sum(0);
    expect(")");
    return inside;
  };
  const atom = (): Expression => {
    const token = peek();
    if (token === "(") return bracketed();
    if (token !== undefined && /^[\d.]/.test(token)) {
      position += 1;
      return { kind: "number", value: Number(token) };
    }
    if (token !== undefined && /^[a-zA-Zπ]/u.test(token)) {
      const here = place();
      position += 1;
      if (variables.includes(token)) return { kind: "variable", name: token };
      const constant = constants[token];
      if (constant !== undefined) return { kind: "number", value: constant };
      if (isFunction(token)) return { kind: "call", name: token, of: bracketed() };
      throw new ExpressionError(
        `"${token}" ${here.replace(/, before.*/, "")} is not known; there are ${[...variables, "pi", "e", ...functions].join(", ")}`,
      );
    }
    throw new ExpressionError(`a number, ${variables.join(" or ")}, or a bracket is missing ${place()}`);
  };
  const raised = (): Expression => {
    let base = atom();
    for (let token = peek(); token === "²" || token === "³"; token = peek()) {
      position += 1;
      base = {
        kind: "binary",
        operator: "^",
        left: base,
        right: { kind: "number", value: token === "²" ? 2 : 3 },
      };
    }
    return base;
  };
  const signed = (): Expression => {
    if (peek() === "-") {
      position += 1;
      // −x² is −(x²).
      return { kind: "negative", of: sum(3) };
    }
    if (peek() === "+") position += 1;
    return raised();
  };
  const sum = (least: number): Expression => {
    let left = signed();
    for (;;) {
      const token = peek();
      const multiplies = token !== undefined && (token === "(" || /^[a-zA-Zπ\d.]/u.test(token));
      const operator = (multiplies ? "*" : token) as Operator | undefined;
      const binds = operator === undefined ? undefined : strength[operator];
      if (operator === undefined || binds === undefined || binds <= least) return left;
      if (!multiplies) position += 1;
      left = { kind: "binary", operator, left, right: sum(operator === "^" ? binds - 1 : binds) };
    }
  };
  if (tokens.length === 0)
    throw new ExpressionError(`nothing was typed; type a function of ${variables.join(" and ")}`);
  const result = sum(0);
  if (position < tokens.length) throw new ExpressionError(`it should end ${place()}`);
  return result;
};

/** The number that an expression is, where it is one. */
export const numberOf = (expression: Expression): number | undefined => {
  if (expression.kind === "number") return expression.value;
  if (expression.kind === "negative") {
    const value = numberOf(expression.of);
    return value === undefined ? undefined : -value;
  }
  return undefined;
};

/** The text of the same as code. */
export const toCode = (expression: Expression): string => {
  const scalar = (each: Expression): string =>
    each.kind === "number" ? `graph.scalar(${each.value}, "float64")` : code(each);
  /** What stands on the right may be a plain number. */
  const operand = (each: Expression): string => String(numberOf(each) ?? code(each));
  const names = { "+": "add", "-": "sub", "*": "mul", "/": "div" } as const;
  const code = (each: Expression): string => {
    switch (each.kind) {
      case "number":
        return scalar(each);
      case "variable":
        return each.name;
      case "negative":
        return `${scalar(each.of)}.neg()`;
      case "call":
        return `graph.${each.name}(${scalar(each.of)})`;
      case "binary":
        return each.operator === "^"
          ? `graph.pow(${scalar(each.left)}, ${operand(each.right)})`
          : `${scalar(each.left)}.${names[each.operator]}(${operand(each.right)})`;
    }
  };
  return code(expression);
};

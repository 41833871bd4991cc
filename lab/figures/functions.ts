import { parse, toCode } from "../parts/expression.js";

/** Functions of one number to choose from, as one would type them. */
export const functionsOfX = {
  parabola: { label: "½x²", text: "x^2/2" },
  smooth: { label: "√(1 + x²)", text: "sqrt(1 + x^2)" },
  logistic: { label: "log(1 + eˣ) + log(1 + e⁻ˣ)", text: "softplus(x) + softplus(-x)" },
  quartic: { label: "x⁴/8", text: "x^4/8" },
  wavy: { label: "x²/4 + sin 3x", text: "x^2/4 + sin(3x)" },
  cubic: { label: "x³/6", text: "x^3/6" },
} as const;

export const labelsOf = <Name extends string>(
  functions: Readonly<Record<Name, { readonly label: string }>>,
): Record<Name, string> =>
  Object.fromEntries(
    Object.entries<{ readonly label: string }>(functions).map(([name, { label }]) => [name, label]),
  ) as Record<Name, string>;

/** A program's objective of one number, from what was typed. */
export const codeOfX = (text: string): string => `const x = input("x", [1], "float64");
const f = theory.objective({
  name: "f",
  parameters: x,
  value: graph.sum(graph.expand(${toCode(parse(text, ["x"]))}, [1])),
});`;

/** A program's objective of two numbers, from what was typed. */
export const codeOfXY = (text: string): string => `const w = input("w", [2], "float64");
const [x, y] = [0, 1].map((at) => graph.reshape(graph.slice(w, { start: at, end: at + 1 }), []));
const f = theory.objective({ name: "f", parameters: w, value: ${toCode(parse(text, ["x", "y"]))} });`;

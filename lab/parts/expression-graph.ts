import { graph, type Tensor } from "steepest";
import { type Expression, ExpressionError, numberOf } from "./expression.js";

/** The expression in the library's language. */
export const toTensor = (expression: Expression, variables: Readonly<Record<string, Tensor>>): Tensor => {
  const any = Object.values(variables)[0];
  if (any === undefined) throw new ExpressionError("an expression needs a variable");
  const build = (each: Expression): Tensor => {
    switch (each.kind) {
      case "number":
        return graph.scalar(each.value, any.dtype);
      case "variable":
        return variables[each.name] ?? any;
      case "negative":
        return build(each.of).neg();
      case "call":
        return graph[each.name](build(each.of));
      case "binary": {
        const left = build(each.left);
        const exponent = each.operator === "^" ? numberOf(each.right) : undefined;
        if (exponent !== undefined) return graph.pow(left, exponent);
        const right = build(each.right);
        if (each.operator === "+") return left.add(right);
        if (each.operator === "-") return left.sub(right);
        if (each.operator === "*") return left.mul(right);
        return each.operator === "/" ? left.div(right) : graph.pow(left, right);
      }
    }
  };
  return build(expression);
};

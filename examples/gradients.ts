// The symbolic language by itself: gradients, gradients of gradients, and Hessian-vector products.
import { compile, grad, graph, hessianVectorProduct, input } from "steepest";

// Rosenbrock's valley, f(x, y) = (1 - x)² + 100 (y - x²)²
const w = input("w", [2], "float64");
const v = input("v", [2], "float64");
const x = graph.slice(w, { start: 0, end: 1 });
const y = graph.slice(w, { start: 1, end: 2 });
const f = graph.sum(graph.square(x.sub(1)).add(graph.square(y.sub(graph.square(x))).mul(100)));

const [gradient] = grad(f, [w]);
const [curvature] = hessianVectorProduct(f, [w], [v]);
if (!gradient || !curvature) throw new Error("there is one gradient per input");

const program = await compile({ inputs: [w, v], outputs: { f, gradient, curvature } });
const at = await program.run({ w: [-1.2, 1], v: [1, 0] });
console.log("f", at.f.data[0], "gradient", [...at.gradient.data], "Hessian times (1, 0)", [
  ...at.curvature.data,
]);

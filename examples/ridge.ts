// The lecture's noisy quadratic, fitted by a polynomial of degree 14: how much to regularise, and what gradient descent is promised.
import { linearModels, random, theory } from "steepest";

const noise = random(1, "noise");
const x = Array.from({ length: 21 }, (_, i) => i / 10 - 1);
const y = x.map((each) => 1 - each + 2 * each ** 2 + 0.3 * noise.normal());
const { X, n, d } = linearModels.polynomialFeatures(x, 14, { constant: false });
const data = { X, y: Float64Array.from(y), n, d };

const lambdas = linearModels.lambdaGrid(10, { count: 41, fraction: 1e-6 });
const { best, oneStandardError } = await linearModels.crossValidate(data, {
  lambdas,
  path: (train, along) => linearModels.ridgePath(train, { lambdas: along }),
  k: 7,
});
console.log(`best lambda ${best.toPrecision(3)}; simplest as good as it: ${oneStandardError.toPrecision(3)}`);

const { weights } = await linearModels.ridge(data, { lambda: best });
console.log(`the norm of its weights: ${Math.hypot(...weights).toFixed(3)}`);

const f = theory.ridgeObjective({ rows: n, columns: d, values: X }, data.y, best);
const L = await theory.smoothnessConstant(f);
const run = await theory.descend(f, { eta: 1 / L.value, steps: 500 });
console.log(theory.certify(run, { L: L.value }).verdict.join("\n"));

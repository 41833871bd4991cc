import { defaultEngine } from "../engine/compile.js";
import { openSession } from "../engine/training/open.js";
import { highest } from "../extremes.js";
import { type Figure, lineChart, meaning, type Point, palette, panels } from "../figures/index.js";
import { batch, input, mean, square } from "../graph/index.js";
import { missing } from "../missing.js";
import { gradientDescent } from "../optim/index.js";
import { random } from "../random/random.js";
import { powerLaw } from "./power-law.js";
import { judged } from "./shared/verdict.js";
import type { Study, StudyContext } from "./study.js";

/** Outputs of the model: with one, a step would wait for memory most of the time, and caches would bend every curve. */
const outputs = 64;

/** Linear regression on m examples of d features by batches of b: what one step of training takes. */
interface Setting {
  readonly m: number;
  readonly d: number;
  readonly b: number;
}

/**
 * Seconds of one step: b examples drawn at random and copied from the m in memory (all of them, without copying, when
 * b = m), the gradient by the engine on one thread, the update. The fastest of many short rounds, since others use the
 * machine too.
 */
const timeStep = async ({ m, d, b }: Setting, rounds: number, seed: number): Promise<number> => {
  const x = input("x", [batch, d]);
  const y = input("y", [batch, outputs]);
  const w = input("w", [d, outputs]);
  const residual = x.matmul(w).sub(y);
  const session = await openSession(
    {
      loss: mean(square(residual)),
      metrics: {},
      data: [x, y],
      parameters: [
        {
          name: "w",
          tensor: w,
          shape: [d, outputs],
          initialize: (values) => values.fill(0),
          rule: gradientDescent({ learningRate: 1e-9 }),
        },
      ],
      states: [],
      draws: [],
      batchSize: b,
      seed,
    },
    await defaultEngine(),
    { threads: 1 },
  );
  try {
    const { x: inputs = new Float32Array(), y: targets = new Float32Array() } = session.batch(b);
    const examples = b === m ? inputs : new Float32Array(m * d);
    const draws = random(seed, "batch-cost");
    // One random row repeated: numbers of the usual size, without drawing hundreds of millions of them.
    const row = new Float32Array(d);
    draws.fillNormal(row);
    for (let i = 0; i < m; i++) examples.set(row, i * d);
    targets.fill(1);
    const step = async (time: number) => {
      if (b < m) {
        for (let i = 0; i < b; i++) {
          const from = draws.integer(m) * d;
          inputs.set(examples.subarray(from, from + d), i * d);
        }
      }
      await session.step(b, { step: time, steps: 1, stepsPerEpoch: 1 });
    };
    await step(0);
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < rounds; round++) {
      // About a millisecond: long for the clock, short enough to fit between two turns of another process.
      const count = Math.max(1, Math.min(20, Math.round(1e-3 / best)));
      const start = performance.now();
      for (let i = 0; i < count; i++) await step(i);
      best = Math.min(best, (performance.now() - start) / 1000 / count);
    }
    return best;
  } finally {
    await session.release();
  }
};

/** One cost that the lecture gives, and the numbers it is measured over while the others stay. */
interface Sweep {
  readonly method: string;
  readonly cost: string;
  readonly vary: "m" | "d" | "b";
  readonly promised: 0 | 1;
  readonly values: readonly number[];
  readonly setting: (value: number) => Setting;
}

const powers = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => 2 ** (from + i));

// Ranges in which arithmetic takes longer than starting it.
const sweeps: readonly Sweep[] = [
  {
    method: "gradient descent",
    cost: "O(md)",
    vary: "m",
    promised: 1,
    values: powers(8, 12),
    setting: (m) => ({ m, d: 256, b: m }),
  },
  {
    method: "gradient descent",
    cost: "O(md)",
    vary: "d",
    promised: 1,
    values: powers(7, 11),
    setting: (d) => ({ m: 512, d, b: 512 }),
  },
  {
    method: "stochastic",
    cost: "O(d)",
    vary: "d",
    promised: 1,
    values: powers(10, 13),
    setting: (d) => ({ m: 16, d, b: 1 }),
  },
  {
    method: "stochastic",
    cost: "O(d)",
    vary: "m",
    promised: 0,
    values: powers(10, 14),
    setting: (m) => ({ m, d: 1024, b: 1 }),
  },
  {
    method: "mini-batch",
    cost: "O(bd)",
    vary: "b",
    promised: 1,
    values: powers(7, 11),
    setting: (b) => ({ m: 4096, d: 256, b }),
  },
  {
    method: "mini-batch",
    cost: "O(bd)",
    vary: "d",
    promised: 1,
    values: powers(7, 11),
    setting: (d) => ({ m: 1024, d, b: 256 }),
  },
  {
    method: "mini-batch",
    cost: "O(bd)",
    vary: "m",
    promised: 0,
    values: powers(10, 14),
    setting: (m) => ({ m, d: 256, b: 128 }),
  },
];

/** Times a sweep, less what a step of one example with one feature takes, and fits the exponent. */
const measureSweep = async (
  sweep: Sweep,
  {
    overhead,
    rounds,
    seed,
    signal,
  }: { overhead: number; rounds: number; seed: number; signal: AbortSignal | undefined },
) => {
  const points: [number, number][] = [];
  for (const value of sweep.values) {
    signal?.throwIfAborted();
    const seconds = await timeStep(sweep.setting(value), rounds, seed);
    points.push([value, Math.max(seconds - overhead, 0.1 * seconds)]);
  }
  const fixed = Object.entries(sweep.setting(sweep.values[0] ?? 1))
    .filter(([name]) => name !== sweep.vary && (name !== "b" || sweep.method === "mini-batch"))
    .map(([name, value]) => `${name} = ${value.toLocaleString("en-US")}`)
    .join(", ");
  return { ...sweep, points, fixed, fit: powerLaw(points) };
};

type Measured = Awaited<ReturnType<typeof measureSweep>>;

/** An exponent as text, without the sign of a rounded zero. */
const exponentText = (exponent: number): string => exponent.toFixed(2).replace(/^-(?=0\.00$)/, "");

const colours: Readonly<Record<string, string>> = {
  "gradient descent": meaning.gradientDescent,
  stochastic: palette[0],
  "mini-batch": palette[1],
};

const chart = (vary: Sweep["vary"], label: string, measured: readonly Measured[]): Promise<Figure> => {
  const shown = measured.filter((each) => each.vary === vary);
  return lineChart({
    title: `Time of a step against ${vary}`,
    series: shown.map(({ method, fixed, fit, points }) => ({
      name: `${method} (${fixed}): exponent ${exponentText(fit.exponent)}`,
      points: points.map(([x, seconds]): Point => [x, 1e6 * seconds]),
      colour: colours[method] ?? missing(),
    })),
    x: { label, type: "log" },
    y: { label: "time of a step beyond its overhead (µs)", type: "log" },
    names: "legend",
    width: 450,
    height: 440,
  });
};

const run = async ({ effort, seed, signal, log }: StudyContext) => {
  const rounds = { quick: 60, default: 300, full: 1000 }[effort];
  const overhead = await timeStep({ m: 1, d: 1, b: 1 }, 4 * rounds, seed);
  const measured: Measured[] = [];
  for (const sweep of sweeps) {
    measured.push(await measureSweep(sweep, { overhead, rounds, seed, signal }));
    log(`${sweep.method} against ${sweep.vary}`);
  }
  const near = ({ fit, promised }: Measured) => Math.abs(fit.exponent - promised) <= 0.25;
  const claims = (["gradient descent", "stochastic", "mini-batch"] as const).map((method) => {
    const own = measured.filter((each) => each.method === method);
    const cost = own[0]?.cost ?? "";
    return {
      claim: `A step of ${method === "gradient descent" ? method : `${method} gradient descent`} costs ${cost}`,
      measured: `the time grew like ${own.map(({ vary, fit, points }) => `${vary}^${exponentText(fit.exponent)} (${vary} from ${points[0]?.[0]} to ${points.at(-1)?.[0]})`).join(", ")}`,
      verdict: judged(own.every(near)),
    };
  });
  return {
    learned: `A step of gradient descent takes time with all m examples, a stochastic one whatever m, a mini-batch one with b: the exponents came out within ${highest(measured.map(({ fit, promised }) => Math.abs(fit.exponent - promised))).toFixed(2)} of those promised.`,
    claims,
    tables: [
      {
        title: "Time of one step beyond its overhead, and the exponent of its growth",
        columns: [
          "method",
          "lecture",
          "varied",
          "from",
          "to",
          "fixed",
          "first (µs)",
          "last (µs)",
          "exponent",
          "expected",
        ],
        rows: measured.map(({ method, cost, vary, points, fixed, fit, promised }) => [
          method,
          cost,
          vary,
          points[0]?.[0] ?? missing(),
          points.at(-1)?.[0] ?? missing(),
          fixed,
          1e6 * (points[0]?.[1] ?? missing()),
          1e6 * (points.at(-1)?.[1] ?? missing()),
          exponentText(fit.exponent),
          promised,
        ]),
      },
    ],
    figure: panels(
      [
        await chart("m", "examples m", measured),
        await chart("b", "batch size b", measured),
        await chart("d", "features d", measured),
      ],
      { columns: 3 },
    ),
    numbers: { overhead, outputs, sweeps: measured.map(({ setting: _setting, ...rest }) => rest) },
    notes: [
      `linear regression with ${outputs} outputs in float32 on one thread; with a single output a step waits for memory most of the time, and caches bend the curves`,
      `what a step takes whatever its size, ${(1e6 * overhead).toFixed(0)} µs, was measured and taken off; exponents are slopes of a line through the logarithms over the ranges shown, and count as held within 0.25 of the lecture's`,
    ],
  };
};

/** Lecture, "Computation Cost". */
export const batchCost: Study = {
  name: "batch-cost",
  title: "The cost of a step: O(md), O(d) and O(bd)",
  section: "Computation Cost",
  describe:
    "Times single steps of gradient descent, stochastic and mini-batch gradient descent on linear regression while the number of examples m, the batch size b and the number of features d grow, and fits the exponents.",
  run,
};

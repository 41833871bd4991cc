import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  constantRate,
  cosineDecay,
  exponentialDecay,
  linearDecay,
  oneCycle,
  plateau,
  type Rate,
  rateAt,
  restart,
  type Schedule,
  scaleRate,
  sequence,
  stepDecay,
  warmup,
} from "../../src/optim/index.js";
import { distance, rates } from "./reference.js";

const values = (rate: Rate, steps = 30, stepsPerEpoch = 10): number[] =>
  Array.from({ length: steps }, (_, step) => rateAt(rate, { step, steps, stepsPerEpoch }));

it("a plateau that is never told a measurement says so after very many steps, one that was told or put back does not", () => {
  const late = { step: 100_001, steps: 200_000, stepsPerEpoch: 10 };
  expect(() => rateAt(plateau(0.1), late)).toThrow("plateau: no measurement reached it in 100001 steps");
  const told = plateau(0.1);
  told.measured(1);
  expect(rateAt(told, late)).toBe(0.1);
  const back = plateau(0.3);
  back.restore(told.state());
  expect(rateAt(back, late)).toBe(0.1);
  expect(rateAt(plateau(0.1), { ...late, step: 100_000 })).toBe(0.1);
});

describe("PyTorch's schedulers give the same rates", () => {
  const schedules: Record<string, Schedule> = {
    stepDecay: stepDecay({ initial: 0.5, factor: 0.3, every: 7 }),
    exponentialDecay: exponentialDecay({ initial: 0.5, factor: 0.9, every: 1 }),
    cosineDecay: cosineDecay({ initial: 0.5, final: 0.1 }),
    linearDecay: linearDecay({ initial: 0.5, final: 0.2, over: 20 }),
    oneCycle: oneCycle({ peak: 0.5 }),
    restart: restart(cosineDecay({ initial: 0.5, final: 0.1 }), 8),
    sequence: sequence(
      { rate: 0.5, lasts: 11 },
      { rate: exponentialDecay({ initial: 0.5, factor: 0.9, every: 1 }) },
    ),
    warmup: warmup(cosineDecay({ initial: 0.5 }), 5),
  };

  it("for every one that there is", () => {
    expect(Object.keys(schedules).sort()).toEqual(Object.keys(rates).sort());
  });

  it.each(Object.entries(schedules))("%s", (name, schedule) => {
    const expected = rates[name] ?? [];
    expect(expected.length).toBeGreaterThanOrEqual(29);
    expect(distance(values(schedule).slice(0, expected.length), expected)).toBeLessThan(1e-9);
  });
});

describe("schedules", () => {
  it("take durations in steps, epochs and fractions of training", () => {
    const inSteps = values(stepDecay({ initial: 1, every: 15 }));
    expect(values(stepDecay({ initial: 1, every: { epochs: 1.5 } }))).toEqual(inSteps);
    expect(values(stepDecay({ initial: 1, every: { fraction: 0.5 } }))).toEqual(inSteps);
    expect(new Set(inSteps)).toEqual(new Set([1, 0.1]));
  });

  it("round the ends of phases to the nearest step, each duration by itself", () => {
    const phases = (...lasts: number[]) =>
      sequence(...lasts.map((fraction, i) => ({ rate: i, lasts: { fraction } })), { rate: lasts.length });
    // Of 10 steps 0.24 are 2.4, 0.25 are 2.5, which round to 2 and 3.
    expect(values(phases(0.24), 10)).toEqual([0, 0, 1, 1, 1, 1, 1, 1, 1, 1]);
    expect(values(phases(0.25), 10)).toEqual([0, 0, 0, 1, 1, 1, 1, 1, 1, 1]);
    expect(values(phases(0.24, 0.26), 10)).toEqual([0, 0, 1, 1, 1, 2, 2, 2, 2, 2]);
    const rise = (fraction: number) => values(warmup(1, { fraction }), 10);
    expect(rise(0.24)).toEqual([1 / 3, 2 / 3, 1, 1, 1, 1, 1, 1, 1, 1]);
    expect(rise(0.25)).toEqual([1 / 4, 2 / 4, 3 / 4, 1, 1, 1, 1, 1, 1, 1]);
    const again = (fraction: number) =>
      values(
        restart(({ step }) => step, { fraction }),
        10,
      );
    expect(again(0.24)).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
    expect(again(0.25)).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2, 0]);
    expect(again(0.01)).toEqual(Array(10).fill(0));
  });

  it("tell each phase its own time", () => {
    const seen: { step: number; steps: number }[] = [];
    const rate: Schedule = ({ step, steps }) => {
      seen.push({ step, steps });
      return 0;
    };
    values(sequence({ rate, lasts: 2 }, { rate }), 5);
    expect(seen).toEqual([
      { step: 0, steps: 2 },
      { step: 1, steps: 2 },
      { step: 0, steps: 3 },
      { step: 1, steps: 3 },
      { step: 2, steps: 3 },
    ]);
  });

  it("multiply and stay constant", () => {
    expect(
      values(
        scaleRate(constantRate(3), ({ step }) => step),
        4,
      ),
    ).toEqual([0, 3, 6, 9]);
  });

  it("rise from the first step to the peak that warm-up leads to", () => {
    const warm = values(warmup(linearDecay({ initial: 1 }), { epochs: 1 }));
    expect(warm.indexOf(Math.max(...warm))).toBe(10);
    expect(warm[10]).toBe(1);
    expect(warm[0]).toBeCloseTo(1 / 11, 12);
    expect(warm[29]).toBeCloseTo(1 / 20, 12);
  });

  it("give one cycle of momentum with its peak at the bottom", () => {
    const beta = values(oneCycle({ start: 0.95, peak: 0.85, final: 0.95 }), 101);
    expect(beta[0]).toBeCloseTo(0.95, 12);
    expect(beta[100]).toBeCloseTo(0.95, 12);
    expect(Math.min(...beta)).toBeGreaterThanOrEqual(0.85 - 1e-12);
    expect(Math.min(...beta)).toBeLessThan(0.851);
  });

  it("are finite and between their ends however short training is", () => {
    const all = [
      stepDecay({ initial: 1, every: { fraction: 0.3 } }),
      exponentialDecay({ initial: 1, every: { fraction: 0.3 } }),
      cosineDecay({ initial: 1 }),
      linearDecay({ initial: 1, over: { epochs: 2 } }),
      oneCycle({ peak: 1 }),
      warmup(cosineDecay({ initial: 1 }), { fraction: 0.7 }),
      warmup(cosineDecay({ initial: 1 }), 100),
      restart(linearDecay({ initial: 1 }), { fraction: 0.4 }),
      sequence({ rate: 0.5, lasts: { epochs: 1 } }, { rate: oneCycle({ peak: 1 }) }),
    ];
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 20 }),
        (steps, stepsPerEpoch) => {
          for (const schedule of all) {
            for (const rate of values(schedule, steps, stepsPerEpoch)) {
              expect(rate).toBeGreaterThanOrEqual(0);
              expect(rate).toBeLessThanOrEqual(1);
            }
          }
        },
      ),
    );
  });

  it.each([
    [() => constantRate(-1), /constantRate: value is -1; expected a finite number that is not negative/],
    [() => stepDecay({ initial: Number.NaN }), /stepDecay: initial is NaN/],
    [() => stepDecay({ initial: 1, every: 0 }), /stepDecay: every is 0; expected a finite number above 0/],
    [() => exponentialDecay({ initial: 1, every: { epochs: -1 } }), /exponentialDecay: every.epochs is -1/],
    [() => exponentialDecay({ initial: 1, factor: 0 }), /exponentialDecay: factor is 0/],
    [() => cosineDecay({ initial: 1, over: { fraction: 0 } }), /cosineDecay: over.fraction is 0/],
    [() => linearDecay({ initial: 1, final: -0.1 }), /linearDecay: final is -0.1/],
    [() => oneCycle({ peak: 1, rise: 1 }), /oneCycle: rise is 1; expected a number between 0 and 1/],
    [() => warmup(1, 0), /warmup: over is 0/],
    [() => restart(constantRate(1), -5), /restart: every is -5/],
    [() => sequence({ rate: 1, lasts: 5 }), /sequence: the last phase takes what is left/],
    [() => sequence({ rate: 1 }, { rate: 2 }), /sequence: phase 0 of 2 has no `lasts`/],
    [() => sequence({ rate: 1, lasts: 0 }, { rate: 2 }), /sequence: lasts of phase 0 is 0/],
  ])("refuse what cannot work: %s", (make, message) => {
    expect(make).toThrow(message);
  });
});

import { describe, expect, it } from "vitest";
import { denseFlops } from "../../bench/harness/training.js";
import { type RaceTiming, race, ratioOf, undisturbed } from "../../bench/harness.js";

const timing = (rounds: readonly number[]): RaceTiming => ({ median: 0, min: 0, mean: 0, runs: 0, rounds });

describe("race", () => {
  it("lets functions run in turns and keeps their times apart", async () => {
    const turns: string[] = [];
    const visit = (name: string, milliseconds: number) => () => {
      if (turns.at(-1) !== name) turns.push(name);
      const end = performance.now() + milliseconds;
      while (performance.now() < end);
    };
    const times = await race({ quick: visit("quick", 1), slow: visit("slow", 4) }, { rounds: 3, turn: 12 });
    expect(turns).toEqual(Array.from({ length: 4 }, () => ["quick", "slow"]).flat());
    expect(times.quick.rounds).toHaveLength(3);
    expect(times.quick.min).toBeGreaterThanOrEqual(1);
    expect(times.slow.min).toBeGreaterThanOrEqual(4);
    expect(times.quick.runs).toBeGreaterThan(times.slow.runs);
  });

  it("waits for what the function returns", async () => {
    const sleep = () => new Promise((resolve) => setTimeout(resolve, 20));
    const { sleeping } = await race({ sleeping: sleep }, { rounds: 2, turn: 0 });
    expect(sleeping.min).toBeGreaterThan(15);
    expect(sleeping.median).toBeGreaterThanOrEqual(sleeping.min);
  });

  it("runs at least once a turn", async () => {
    let runs = 0;
    const times = await race({ only: () => void runs++ }, { rounds: 2, turn: 0 });
    expect(times.only.runs).toBe(2);
    // With the warm-up and the run that begins each turn, neither of which counts.
    expect(runs).toBe(2 + 2 + 2);
  });
});

describe("ratioOf", () => {
  it("compares within rounds, so that a machine that slows down changes nothing", () => {
    expect(ratioOf(timing([1, 4, 100]), timing([2, 8, 200]))).toBe(0.5);
  });

  it("is not moved by one disturbed round", () => {
    expect(ratioOf(timing([3, 3, 90]), timing([1, 1, 1]))).toBe(3);
  });
});

describe("undisturbed", () => {
  it("is the quickest turn", () => {
    expect(undisturbed(timing([7, 3, 5]))).toBe(3);
  });
});

describe("denseFlops", () => {
  it("counts three products for each layer but the first, which needs no gradient of its input", () => {
    // 5·(4·3) forward and weights' gradient, 5·(3·2) also the inputs', two operations each.
    expect(denseFlops([4, 3, 2], 5)).toBe(2 * 5 * (2 * 12 + 3 * 6));
  });
});

import { SteepestError } from "../errors.js";
import { listed, shown } from "../shown.js";
import type { Score } from "./events.js";
import type { NamedMetric } from "./metrics.js";

/** A score by which epochs are compared. */
export interface Watched {
  readonly name: string;
  readonly better: "higher" | "lower";
}

/** An epoch, and its score on the validation part. */
interface Standing {
  readonly epoch: number;
  readonly score: Score;
}

/** What watching depends on, as plain data. */
export interface WatchState {
  readonly best?: Standing;
  /** The last that improved by more than the minimum change on the one before it that did. */
  readonly improved?: Standing;
}

/** A score by its name: "loss", "error" or a metric's. The loss stands for an error that is not counted. */
export const scoreNamed = (score: Score, name: string): number => {
  const { loss, error, metrics = {} } = score;
  if (name === "loss") return loss;
  return name === "error" ? (error ?? loss) : (metrics[name] ?? loss);
};

/** What is watched under a name. Throws, saying what there is, where it is the name of nothing. */
export const watchedNamed = (where: string, name: string, metrics: readonly NamedMetric[]): Watched => {
  if (name === "loss" || name === "error") return { name, better: "lower" };
  const metric = metrics.find((one) => one.name === name)?.metric;
  if (metric) return { name, better: metric.better };
  const known = ["loss", "error", ...metrics.map((one) => one.name)];
  throw new SteepestError(
    `${where}: watch is ${shown(String(name))}, which is not measured; it can be ${listed(known)}, or a metric that you add to metrics`,
  );
};

/**
 * Tells which epoch is the best on the validation part: that with the best score of what is watched, and where these tie, with the lowest loss
 * among them.
 */
export class Watch {
  readonly #watched: Watched;
  readonly #minimumChange: number;
  #best: Standing | undefined;
  #improved: Standing | undefined;

  /** `minimumChange` is by how much more than that an epoch must be better to count as an improvement; 0: each that is better than all before. */
  constructor(watched: Watched, minimumChange: number) {
    this.#watched = watched;
    this.#minimumChange = minimumChange;
  }

  /** The best epoch so far; 0 before the first. */
  get epoch(): number {
    return this.#best?.epoch ?? 0;
  }

  /** The last epoch that improved; 0 before the first. */
  get improvedAt(): number {
    return this.#improved?.epoch ?? 0;
  }

  /** Whether an epoch with this score is the best so far. */
  offer(epoch: number, score: Score): boolean {
    const best = this.#best === undefined || this.#isBetter(score, this.#best.score);
    if (this.#improved === undefined || this.#improves(score, this.#improved.score, best)) {
      this.#improved = { epoch, score };
    }
    if (best) this.#best = { epoch, score };
    return best;
  }

  /** What is watched, turned so that lower is better. */
  #cost(score: Score): number {
    const value = scoreNamed(score, this.#watched.name);
    return this.#watched.better === "lower" ? value : -value;
  }

  #isBetter(score: Score, other: Score): boolean {
    const [here, there] = [this.#cost(score), this.#cost(other)];
    return here < there || (here === there && score.loss < other.loss);
  }

  #improves(score: Score, last: Score, best: boolean): boolean {
    return this.#minimumChange === 0 ? best : this.#cost(score) < this.#cost(last) - this.#minimumChange;
  }

  get state(): WatchState {
    return {
      ...(this.#best && { best: this.#best }),
      ...(this.#improved && { improved: this.#improved }),
    };
  }

  set state({ best, improved }: WatchState) {
    this.#best = best;
    this.#improved = improved;
  }
}

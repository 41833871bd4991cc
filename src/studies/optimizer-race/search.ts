export const lastTenth = (losses: readonly number[]): readonly number[] =>
  losses.slice(-Math.max(1, Math.floor(losses.length / 10)));

/** The highest loss of the last tenth of a run: what it has settled below, not what it passed by chance. */
export const settledLoss = (losses: readonly number[]): number => Math.max(...lastTenth(losses));

/** Rates of the first round: every decade. The second round tries half a decade to both sides of the best. */
const decades = [1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100];

/** What came of a learning rate: the lower the result the better, infinite where it diverged. */
export interface Attempt {
  readonly learningRate: number;
  readonly result: number;
}

/** The best learning rate of a small logarithmic search, and all that were tried. */
export const searchRate = async <A extends Attempt>(
  attempt: (learningRate: number) => Promise<A>,
): Promise<{ readonly chosen: A; readonly tried: readonly A[] }> => {
  const tried: A[] = [];
  const best = () => tried.reduce((a, b) => (b.result < a.result ? b : a));
  for (const learningRate of decades) tried.push(await attempt(learningRate));
  const centre = best();
  if (Number.isFinite(centre.result)) {
    for (const factor of [10 ** -0.5, 10 ** 0.5]) tried.push(await attempt(centre.learningRate * factor));
  }
  return { chosen: best(), tried };
};

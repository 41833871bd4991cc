// Transfer learning: a body that learned the digits 0 to 4 stands still, and a new head learns 5 to 9 from ten pictures of each.
import {
  type Dataset,
  digits,
  fit,
  frozen,
  linear,
  named,
  readRows,
  relu,
  sequential,
  soleColumn,
  subset,
  withValues,
} from "steepest";

/** The examples of some digits, at most so many of each. */
const only = async (part: Dataset, wanted: readonly number[], most = part.size) => {
  const labels = soleColumn((await readRows(part)).targets);
  const chosen = wanted.flatMap((digit) =>
    [...labels.keys()].filter((i) => labels[i] === digit).slice(0, most),
  );
  return subset(part, chosen);
};
const { train, test } = digits({ train: 6000, test: 2000 });
const [early, late] = [
  [0, 1, 2, 3, 4],
  [5, 6, 7, 8, 9],
];

const body = named("body", sequential(linear(256), relu(), linear(64), relu()));
const first = await fit(sequential(body, linear(10)), await only(train, early), { epochs: 10, seed: 1 });
const learned = [...(await first.weights())].filter(([name]) => name.startsWith("body."));

const few = { train: await only(train, late, 10), test: await only(test, late) };
const options = { epochs: 60, batchSize: 10, seed: 1 };
const moved = await fit(withValues(sequential(frozen(body), linear(10)), new Map(learned)), few, options);
const anew = await fit(sequential(frozen(body), linear(10)), few, options);
console.log(
  `test error with the body that learned ${moved.test?.error?.toFixed(1)} %, with one at random ${anew.test?.error?.toFixed(1)} %`,
);

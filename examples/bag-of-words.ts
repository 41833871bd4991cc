// A text classifier: the mean of the vectors of a sentence's words. Sentences of different lengths are filled up with word 0.
import { adam, dataset, embedding, fit, graph, layer, linear, random, sequential } from "steepest";

const good = ["bright", "warm", "lovely", "kind", "fresh"];
const bad = ["dull", "cold", "ugly", "rude", "stale"];
const others = ["the", "room", "was", "food", "and", "people", "very", "we", "found", "day", "not"];
const words = ["", ...good, ...bad, ...others];
const longest = 12;

const draws = random(3, "sentences");
const pick = (list: readonly string[]) => list[draws.integer(list.length)] ?? "";
const sentence = (positive: boolean) =>
  Array.from({ length: 5 + draws.integer(longest - 4) }, () => {
    if (draws.uniform() < 0.5) return pick(others);
    return pick(draws.uniform() < 0.9 === positive ? good : bad);
  });
const examples = (count: number) => {
  const texts = Array.from({ length: count }, (_, i) => ({ text: sentence(i % 2 === 1), label: i % 2 }));
  const ids = texts.map(({ text }) =>
    Array.from({ length: longest }, (_, i) => words.indexOf(text[i] ?? "")),
  );
  return dataset({
    name: "sentences",
    inputs: ids.flat(),
    inputShape: [longest],
    categories: words.length,
    targets: texts.map(({ label }) => label),
    names: ["bad", "good"],
  });
};

/** The mean over the words that there are. */
const bag = (size: number) => {
  const vectors = embedding(words.length, size);
  return layer("bag", (ids, scope) => {
    const there = graph.cast(graph.greater(ids, 0), "float32");
    const sum = graph.sum(scope.apply(vectors, ids).mul(graph.reshape(there, [-1, longest, 1])), 1);
    return sum.div(graph.sum(there, 1, { keepDims: true }));
  });
};
const run = await fit(
  sequential(bag(16), linear(2)),
  { train: examples(2000), test: examples(500) },
  { optimizer: adam({ learningRate: 0.01 }), epochs: 8, seed: 1 },
);
console.log(`test error ${run.test?.error?.toFixed(2)} %`);

// A table of one's own: read a CSV file, train a network on it, and ask it for values it has not seen.
import { adam, cosineDecay, dataset, fit, linear, readCsv, relu, sequential, split } from "steepest";

const table = await readCsv("examples/houses.csv", { target: "price" });
for (const note of table.notes) console.log(`note: ${note}`);

// Inputs are standardised by fit; targets are not. A network learns values around 1 best, so prices are told in 100,000.
const unit = 100_000;
const houses = dataset({
  name: "houses",
  inputs: table.X,
  targets: table.y.map((price) => price / unit),
  inputShape: [table.d],
  columns: table.columns,
});
const { train, validation } = split(houses, { fraction: 0.2, seed: 1 });

const run = await fit(
  sequential(linear(32), relu(), linear(1)),
  { train, validation },
  { optimizer: adam({ learningRate: cosineDecay({ initial: 0.02 }) }), batchSize: 16, epochs: 60, seed: 1 },
);
const { loss } = await run.evaluate(validation);
console.log(`typical error ${Math.round(unit * Math.sqrt(loss)).toLocaleString("en-US")}`);

const { data } = await run.predict(Array.from(table.X.slice(0, table.d)));
const [price] = data;
console.log(
  `first house: ${Math.round(unit * Number(price)).toLocaleString("en-US")}, sold for ${table.y[0]}`,
);

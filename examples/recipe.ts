// A recipe: `npx steepest train examples/recipe.ts`. Options such as --epochs and --seed still apply.
import {
  cosineDecay,
  defineRecipe,
  digits,
  dropout,
  linear,
  maxNorm,
  nesterov,
  relu,
  sequential,
} from "steepest";

export default defineRecipe({
  name: "dropout-max-norm",
  data: () => digits({ train: 4000, test: 1000 }),
  network: sequential(
    dropout({ keep: 0.9 }),
    ...[256, 256].flatMap((units) => [linear(units), relu(), dropout({ keep: 0.6 })]),
    linear(10),
  ),
  optimizer: nesterov({ learningRate: cosineDecay({ initial: 0.05 }), beta: 0.9 }),
  constraint: maxNorm(2.5),
  epochs: 10,
  validation: 500,
});

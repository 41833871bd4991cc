import * as optim from "../../src/optim/index.js";

const { adam, chain, clipByValue, cosineDecay, l1l2, ema, l1, l2, lookahead, momentum, warmup, weightDecay } =
  optim;

/** Every rule, the options that change its graph, and compositions. */
export const rules: Readonly<Record<string, optim.Rule>> = {
  gradientDescent: optim.gradientDescent({ learningRate: warmup(cosineDecay({ initial: 0.1 }), 3) }),
  momentum: momentum(),
  nesterov: optim.nesterov(),
  adagrad: optim.adagrad(),
  "adagrad, epsilon outside": optim.adagrad({ epsilonPlacement: "outside" }),
  rmsProp: optim.rmsProp(),
  "rmsProp, centered with momentum": optim.rmsProp({
    centered: true,
    momentum: 0.9,
    epsilonPlacement: "outside",
  }),
  adam: adam(),
  "adam, without bias correction": adam({ biasCorrection: false }),
  adamW: optim.adamW(),
  amsGrad: optim.amsGrad(),
  adaMax: optim.adaMax(),
  nAdam: optim.nAdam(),
  lion: optim.lion(),
  adadelta: optim.adadelta(),
  lars: optim.lars(),
  lamb: optim.lamb(),
  "l2, momentum, lookahead": chain(l2(0.01), momentum(), lookahead({ every: 3 })),
  "clipping, adam, decay, elastic net, average": chain(
    clipByValue(0.5),
    adam({ learningRate: 0.01 }),
    weightDecay(0.1),
    l1l2({ l1: 0.01, l2: 0.01 }),
    ema(),
  ),
  "gradient descent, l1": chain(optim.gradientDescent({ learningRate: 0.1 }), l1(0.05)),
};

export { ema, polyakAverage } from "./compositions/averaging.js";
export { chain } from "./compositions/chain.js";
export { clipByValue } from "./compositions/clipByValue.js";
export { type Composition, learningRateOf, onGradient, onStep } from "./compositions/composition.js";
export { type LookaheadOptions, lookahead } from "./compositions/lookahead.js";
export { type L1L2Strengths, l1, l1l2, l1Subgradient, l2 } from "./compositions/penalties.js";
export { weightDecay } from "./compositions/weightDecay.js";
export {
  type Group,
  groups,
  onWeights,
  type ParameterInfo,
  type RuleChoice,
  type RuleFor,
  ruleOf,
} from "./groups.js";
export {
  type IterateAverage,
  type Rate,
  type Rule,
  type RuleInputs,
  type RuleOutputs,
  rateAt,
  rule,
  type Schedule,
  type States,
  type Time,
  type TracedRule,
  traceRule,
  type UpdateInputs,
} from "./rule.js";
export { type AdadeltaOptions, adadelta } from "./rules/adadelta.js";
export { type AdagradOptions, adagrad } from "./rules/adagrad.js";
export { type AdaMaxOptions, adaMax } from "./rules/adaMax.js";
export { type AdamOptions, type AdamWOptions, adam, adamW } from "./rules/adam.js";
export { amsGrad } from "./rules/amsGrad.js";
export { type GradientDescentOptions, gradientDescent } from "./rules/gradientDescent.js";
export { type LambOptions, lamb } from "./rules/lamb.js";
export { type LarsOptions, lars } from "./rules/lars.js";
export { type LionOptions, lion } from "./rules/lion.js";
export type { EpsilonPlacement } from "./rules/moments.js";
export { type MomentumOptions, momentum, nesterov } from "./rules/momentum.js";
export { type MuonOptions, muon } from "./rules/muon.js";
export { type NAdamOptions, nAdam } from "./rules/nAdam.js";
export { type RmsPropOptions, rmsProp } from "./rules/rmsProp.js";
export { type Phase, restart, scaleRate, sequence, warmup } from "./schedules/combine.js";
export {
  constantRate,
  cosineDecay,
  type DecayOptions,
  exponentialDecay,
  type FactorOptions,
  linearDecay,
  stepDecay,
} from "./schedules/decay.js";
export type { Duration } from "./schedules/duration.js";
export { type OneCycleOptions, oneCycle } from "./schedules/oneCycle.js";
export { type MeasuredRate, type PlateauOptions, type PlateauState, plateau } from "./schedules/plateau.js";

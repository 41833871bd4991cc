import { SteepestError } from "./errors.js";
import { givenText } from "./given.js";
import { missing } from "./missing.js";

/** Where a list leaves out names of an interface: what the compiler then asks for, and never gets. */
type Complete<Names, Listed extends readonly unknown[]> =
  Exclude<Names, Listed[number]> extends never
    ? unknown
    : { readonly missing: Exclude<Names, Listed[number]> };

/**
 * The options as given. Throws, as only plain JavaScript needs, where they are no object, or have a name that is not listed:
 * a misspelt option would be ignored without a word. The message says what was most likely meant, also where the name is
 * another library's. The list is in step with the interface: with a name too many or too few it does not compile.
 *
 * `const { keep = 0.5 } = requireKnown("dropout", options, ["keep"]);`
 */
export const requireKnown = <O extends object, const Names extends readonly (keyof O & string)[]>(
  where: string,
  options: O,
  names: Names & Complete<keyof O, Names>,
): O => {
  refuseUnknown(where, options, names);
  return options;
};

/** What `requireKnown` throws. */
class OptionsRefused extends SteepestError {
  constructor(
    /** The function that the options were given to. */
    readonly where: string,
    problem: string,
  ) {
    super(`${where}${problem}`);
  }
}

/**
 * What a function that was given answers when it is called. Throws, saying so, where it takes what it is called with for its options:
 * it makes such a function, and should have been called, as in `optimizer: adam()`.
 */
export const called = <T>(what: string, given: { readonly name: string }, call: () => T): T => {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof OptionsRefused) || error.where !== given.name) throw error;
    throw new SteepestError(`${what}: expected what a call makes, got ${givenText(given)}`, { cause: error });
  }
};

/** `requireKnown` for objects whose type does not say which names there are. */
export const refuseUnknown = (where: string, options: unknown, names: readonly string[]): void => {
  if (ArrayBuffer.isView(options)) {
    throw new OptionsRefused(
      where,
      ` was given numbers, not options; where a function is wanted, give what a call makes: ${where}()`,
    );
  }
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new OptionsRefused(
      where,
      `: expected options such as { ${names[0]}: … }, got ${givenText(options)}`,
    );
  }
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new OptionsRefused(where, `: there is no option "${unknown}"; ${suggestion(unknown, names)}`);
};

/** What other libraries call options of this one, letters only, and what there is to know about the difference. */
const elsewhere: readonly { readonly called: string; readonly here: string; readonly note?: string }[] = [
  { called: "lr eta rate alpha stepsize learningrateinit", here: "learningRate" },
  { called: "betas", here: "beta1", note: "and beta2" },
  { called: "momentum rho alpha decay dampening mu", here: "beta" },
  { called: "eps fuzz", here: "epsilon" },
  { called: "wd decay lambda l2", here: "weightDecay" },
  {
    called: "rate p prob drop dropprob droprate dropout dropoutrate",
    here: "keep",
    note: "the probability that a unit is kept, which is 1 - the rate at which units are dropped",
  },
  { called: "negativeslope alpha", here: "slope" },
  { called: "smoothing", here: "labelSmoothing" },
  { called: "kernelinitializer weightinit initializer initialization", here: "init" },
  { called: "usebias", here: "bias" },
  { called: "fitintercept bias usebias", here: "intercept" },
  { called: "alpha strength", here: "lambda", note: "whose convention is in docs/objectives.md" },
  { called: "c", here: "lambda", note: "which is 1/(2·C)" },
  { called: "alphas cs", here: "lambdas", note: "whose convention is in docs/objectives.md" },
  { called: "l1ratio rho", here: "ratio", note: "whose convention is in docs/objectives.md" },
  { called: "cv folds nfolds nsplits", here: "k" },
  { called: "maxiter iterations epochs", here: "maxIterations" },
  { called: "solver algorithm", here: "method" },
  { called: "lr learningrate rate stepsize alpha", here: "eta" },
  { called: "x0 start init initial", here: "w0" },
  { called: "maxiter iterations epochs", here: "steps" },
  { called: "tol epsilon", here: "tolerance" },
  { called: "minimizer optimum wstar", here: "minimiser" },
  { called: "std sd sigma stddev", here: "scale" },
  { called: "std sd sigma stddev clusterstd", here: "noise" },
  { called: "stratify", here: "stratified" },
  { called: "centre centering", here: "centered" },
  { called: "initialaccumulatorvalue", here: "initialAccumulator" },
  { called: "nssteps steps", here: "iterations" },
  { called: "k synccount", here: "every" },
  { called: "stepsize steps", here: "every" },
  { called: "gamma decayrate", here: "factor" },
  { called: "maxlr max", here: "peak" },
  { called: "pctstart", here: "rise" },
  { called: "lr learningrate baselr initiallearningrate", here: "initial" },
  { called: "etamin endlearningrate min minlr", here: "final", note: "as a share of the initial rate" },
  { called: "net model layers architecture", here: "network" },
  { called: "dataset training", here: "data" },
  { called: "lossfn lossfunction criterion objective", here: "loss" },
  { called: "optim optimiser rule solver", here: "optimizer" },
  {
    called: "regularizer regulariser regularization weightdecay l1 l2",
    here: "penalty",
    note: "such as l2(1e-4)",
  },
  { called: "constraints maxnorm", here: "constraint", note: "such as maxNorm(2)" },
  { called: "maxgradnorm gradclip gradientclip clip clipgrad gradientclipval", here: "clipNorm" },
  { called: "epoch numepochs nepochs maxepochs iterations maxiter", here: "epochs" },
  { called: "batch minibatch minibatchsize bs", here: "batchSize" },
  { called: "randomstate rng randomseed", here: "seed" },
  { called: "validationsplit val valsplit validationfraction validationdata", here: "validation" },
  { called: "val valid dev eval", here: "validation" },
  { called: "normalize normalise standardize standardise normalization", here: "preprocess" },
  { called: "initializer init", here: "initialization" },
  { called: "callback onepoch onepochend onprogress progress verbose", here: "callbacks" },
  { called: "abort abortsignal", here: "signal" },
  { called: "numthreads njobs workers", here: "threads" },
  { called: "nsamples samples size count examples num", here: "n" },
  { called: "centers centres nclasses", here: "classes" },
  { called: "mindelta delta tol tolerance", here: "minimumChange" },
  { called: "monitor metric", here: "watch" },
  { called: "ncomponents k", here: "components" },
];

/** What is an option elsewhere and something else here. */
const insteadOf: readonly { readonly called: string; readonly use: string }[] = [
  { called: "lr learningrate eta", use: "give it to the optimizer, as in adam({ learningRate: 1e-3 })" },
  { called: "weightdecay wd", use: "use adamW(), or give fit a penalty such as l2(1e-4)" },
  { called: "amsgrad", use: "use amsGrad()" },
  { called: "nesterov", use: "use nesterov()" },
  { called: "clipnorm clipvalue", use: "give fit clipNorm, or chain the rule with clipByValue()" },
  { called: "shuffle", use: "training draws its batches in random order, from seed" },
  { called: "kernelregularizer regularizer", use: "give fit a penalty such as l2(1e-4)" },
  { called: "activation", use: "put a layer such as relu() behind it" },
];

const suggestion = (unknown: string, names: readonly string[]): string => {
  const said = plain(unknown);
  const means = ({ called }: { readonly called: string }) => called.split(" ").includes(said);
  const spelt = names.find((name) => plain(name) === said);
  const known = elsewhere.find((entry) => means(entry) && names.includes(entry.here));
  const other = insteadOf.find(means);
  if (spelt !== undefined) return `did you mean ${spelt}?`;
  if (known) return `did you mean ${known.here}${known.note ? `, ${known.note}` : ""}?`;
  if (other) return other.use;
  return meant(unknown, names);
};

/** What was meant by an unknown name, or which there are, for the end of a message. */
export const meant = (unknown: string, names: readonly string[]): string => {
  const near = nearest(unknown, names);
  return near !== undefined
    ? `did you mean ${near}?`
    : `there ${names.length === 1 ? "is only" : "are"} ${names.join(", ")}`;
};

/** The name that a misspelt one was most likely meant to be; undefined where none is like it. */
export const nearest = (unknown: string, names: readonly string[]): string | undefined => {
  const [near] = names
    .map((name) => ({ name, distance: distance(plain(unknown), plain(name)) }))
    .sort((a, b) => a.distance - b.distance);
  return near && near.distance <= Math.max(1, near.name.length / 3) ? near.name : undefined;
};

/** `learning_rate` and `learning-rate` are `learningRate` in another hand. */
const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/** How many letters must be put in, left out or replaced to turn one word into the other (Levenshtein 1966); 1 for letters in disorder. */
const distance = (a: string, b: string): number => {
  if (a === b) return 0;
  if ([...a].sort().join() === [...b].sort().join()) return 1;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const replaced = (row[j] ?? missing()) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? missing()) + 1, (next[j] ?? missing()) + 1));
    }
    row = next;
  }
  return row[b.length] ?? missing();
};

/** A part of the lecture: what it says, and the studies that put it to the test. Numbers come from the studies alone. */
export interface Section {
  readonly title: string;
  readonly text: string;
  readonly studies: readonly string[];
  /** The lab's figures that belong to it, by their names. */
  readonly figures: readonly string[];
}

/** The lecture from its beginning to its end. */
export const sections: readonly Section[] = [
  {
    title: "Convex optimisation",
    text: `A function is convex where $f(x_1) \\ge f(x_2) + \\nabla f(x_2)^\\top (x_1 - x_2)$, and $L$-smooth where its gradient is
$L$-Lipschitz, so that a quadratic of curvature $L$ that touches it anywhere lies above it. Gradient descent $w_{t+1} = w_t - \\eta\\,\\nabla f(w_t)$ with $\\eta \\le 1/L$ then lowers
$f$ by at least $\\tfrac{\\eta}{2}\\|\\nabla f(w_t)\\|^2$ at every step (the descent lemma), and
$f(w_T) - f^* \\le \\|w_0 - w^*\\|^2 / (2\\eta T)$. In the library: \`theory.certify\`,
\`theory.convexity\`, \`theory.smoothness\`, \`theory.descend\`.`,
    studies: ["descent-lemma", "convergence-rates"],
    figures: ["convexity", "gradient-descent", "least-squares"],
  },
  {
    title: "The cost of a step",
    text: `A step of gradient descent on $m$ examples of $d$ features costs $O(md)$, one of stochastic gradient descent $O(d)$, and one
with batches of $b$ examples $O(bd)$.`,
    studies: ["batch-cost"],
    figures: [],
  },
  {
    title: "Optimisers",
    text: `Momentum $m \\leftarrow \\beta m + g,\\ \\theta \\leftarrow \\theta - \\eta m$ damps the zigzag of a ravine. AdaGrad, RMSProp and
Adam give every parameter a rate of its own. In the library each is a rule of a few lines: \`momentum\`, \`nesterov\`, \`adagrad\`,
\`rmsProp\`, \`adam\`, \`adaMax\`, \`adamW\`, \`nAdam\`, \`amsGrad\`, \`lion\`, \`muon\` and others.`,
    studies: ["momentum-ravine", "adaptive-landscapes", "optimizer-race"],
    figures: ["momentum", "race"],
  },
  {
    title: "Learning and approximation error",
    text: `With $f^* = \\arg\\min_{f \\in \\mathcal F} \\mathcal L(f)$ the best model of a class and $\\hat f$ the one found on $n$ examples,

$$\\mathrm{err}(\\hat f) - \\mathrm{err}(f_{\\mathrm{Bayes}}) \\propto \\sqrt{\\frac{\\mathrm{complexity}(\\mathcal F)}{n}} + \\big(\\mathrm{err}(f^*) - \\mathrm{err}(f_{\\mathrm{Bayes}})\\big).$$

The first part, the learning error, grows with the class; the second, the approximation error, shrinks.`,
    studies: ["error-decomposition", "polynomial-degree"],
    figures: ["learning-error"],
  },
  {
    title: "Regularisation: small weights, sparse weights",
    text: `$\\mathcal L_\\lambda(w) = \\mathcal L(w) + \\lambda R(w)$ with $R(w) = \\|w\\|_2^2$ makes weights small and with
$R(w) = \\|w\\|_1$ sparse; in the constrained form, $\\min \\mathcal L(w)$ subject to $R(w) \\le B$, the corners of the diamond explain why.
In the library: \`l2\`, \`l1\` (a proximal step, so that zeros are zeros), \`l1l2\`, \`l1Ball\`, \`l2Ball\`; \`linearModels.ridge\`,
\`linearModels.lasso\` and their paths in closed form or by coordinate descent.`,
    studies: ["sparsity"],
    figures: ["diamond-and-circle"],
  },
  {
    title: "Ridge regression and weight decay",
    text: `$\\hat w = (X^\\top X + \\lambda I)^{-1} X^\\top y$ exists and is unique for $\\lambda > 0$, and $\\|\\hat w\\|_2$ falls as
$\\lambda$ grows. Its gradient update $(1 - 2\\eta\\lambda)\\,w_t - \\eta\\,\\nabla\\mathcal L(w_t)$ gave it the name of weight decay.`,
    studies: ["ridge-path", "weight-decay"],
    figures: ["ridge-path", "weight-decay"],
  },
  {
    title: "Dropout and max-norm",
    text: `At every step of training each unit is kept with probability $p$; in use all are there, and what each passes on is as large as it was on average. Max-norm
projects the incoming weights of every unit back into a ball. In the library: \`dropout({ keep })\`, \`maxNorm(limit)\`.`,
    studies: ["dropout-architectures", "max-norm", "mnist-regularizers"],
    figures: [],
  },
  {
    title: "Early stopping",
    text: `Watch the accuracy on validation data, stop where it is at its maximum, and keep those weights:
\`fit(net, data, { earlyStopping: { patience: 10 } })\`.`,
    studies: ["early-stopping"],
    figures: ["early-stopping"],
  },
  {
    title: "Data augmentation",
    text: `$\\bar x = T(x)$ with a random $T$ that keeps the label, drawn anew for every example at every step: flips, crops and scales, colour jitter,
translation, rotation, stretching, lens distortion, and mixes of them. All that moves points is one map, by which every pixel is looked up once. In the
library: \`fit(net, data, { augment: [augment.flipHorizontally(), …] })\`; \`steepest augment photo.jpg\` shows it.`,
    studies: ["augmentation"],
    figures: ["augmentation"],
  },
  {
    title: "Initialisation",
    text: `Hidden weights get no gradient where all weights start at zero, and weights that start equal stay equal. With $w_i \\sim \\mathcal N(0, \\sigma^2)$ the
variance of $o = \\sum_i w_i x_i$ is $n_{in}\\sigma^2\\gamma^2$, so that $\\sigma^2$ must follow the number of inputs: $1/n_{in}$ (LeCun),
$2/(n_{in} + n_{out})$ (Xavier), $2/n_{in}$ (He).`,
    studies: ["initialization"],
    figures: ["initialisation"],
  },
  {
    title: "Data preprocessing",
    text: "`X -= np.mean(X, axis=0)` and `X /= np.std(X, axis=0)`, fitted on the training part and part of the exported model.",
    studies: ["preprocessing"],
    figures: ["preprocessing"],
  },
  {
    title: "Batch normalisation",
    text: `$\\hat x = (x - \\mathrm E[x])/\\sqrt{\\mathrm{Var}[x] + \\epsilon}$ over the batch and $y = \\gamma\\hat x + \\beta$, after the
linear layer and before the nonlinearity; in use, running averages take the place of the batch's statistics.`,
    studies: ["batch-norm"],
    figures: ["batch-normalisation"],
  },
];

/** The error function to about 1e-15: its Taylor series near zero, a continued fraction for the tail beyond. */
export const erf = (x: number): number => {
  if (x < 0) return -erf(-x);
  if (x < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-18; n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  return 1 - erfc(x);
};

/** `1 - erf x`, to about 1e-14 of itself. */
export const erfc = (x: number): number => {
  if (x < 2.5) return 1 - erf(x);
  // erfc x = exp(-x²) / (√π · (x + (1/2)/(x + (2/2)/(x + (3/2)/(x + …)))))
  let tail = x;
  for (let n = 120; n > 0; n--) tail = x + n / 2 / tail;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * tail);
};

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const superscript = (exponent: number): string =>
  (exponent < 0 ? "⁻" : "") +
  Array.from(String(Math.abs(exponent)), (digit) => superscripts.charAt(Number(digit))).join("");

/**
 * A number in the notation of all figures and reports: 0.001, −2,500, 10⁻⁶, 3.2·10⁸, rounded to `digits` significant
 * ones (six by default).
 */
export const numberText = (value: number, digits = 6): string => {
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const rounded = Number(value.toPrecision(digits));
  if (rounded === 0) return "0";
  const size = Math.abs(rounded);
  const sign = rounded < 0 ? "−" : "";
  if (size >= 1e-3 && size < 1e6)
    return sign + size.toLocaleString("en-US", { maximumSignificantDigits: digits });
  const [factor = "", exponent = ""] = size.toExponential().split("e");
  const power = `10${superscript(Number(exponent))}`;
  return factor === "1" ? sign + power : `${sign}${factor}·${power}`;
};

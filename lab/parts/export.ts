import { csvRow } from "../../src/data/csv/write.js";
import type { Table } from "./definition.js";

/** What a drawing's look depends on besides its attributes. */
const properties = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-opacity",
  "stroke-dasharray",
  "opacity",
  "font-size",
  "font-family",
  "font-weight",
  "text-anchor",
  "vector-effect",
] as const;

/** A copy of a drawing that looks the same anywhere: styles written out, and what only the page needs left away. */
const standing = (svg: SVGSVGElement): SVGSVGElement => {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = svg.querySelectorAll("*");
  copy.querySelectorAll("*").forEach((element, i) => {
    const original = originals[i];
    if (original === undefined) return;
    const style = getComputedStyle(original);
    for (const property of properties) element.setAttribute(property, style.getPropertyValue(property));
    for (const name of ["class", "role", "tabindex", "style"]) element.removeAttribute(name);
    for (const { name } of [...element.attributes])
      if (name.startsWith("aria-")) element.removeAttribute(name);
  });
  for (const unseen of copy.querySelectorAll(':is(circle, rect)[fill="rgba(0, 0, 0, 0)"]')) unseen.remove();
  return copy;
};

const escapeText = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** All drawings of a figure in one SVG, where they stand on the page, with their titles. */
export const asSvg = (figure: HTMLElement, title: string): string => {
  const charts = [...figure.querySelectorAll<HTMLElement>(".chart")];
  const frame = figure.querySelector(".picture")?.getBoundingClientRect();
  if (frame === undefined || charts.length === 0) throw new Error("there is nothing drawn yet");
  const root = getComputedStyle(figure);
  const ink = root.color;
  const paper = root.getPropertyValue("--paper").trim() || "#ffffff";
  const font = root.fontFamily.replaceAll('"', "'");
  const parts = charts.flatMap((chart) => {
    const svg = chart.querySelector("svg");
    if (svg === null) return [];
    const { left, top } = svg.getBoundingClientRect();
    const copy = standing(svg);
    copy.setAttribute("x", String(Math.round(left - frame.left)));
    copy.setAttribute("y", String(Math.round(top - frame.top + 34)));
    copy.setAttribute("color", ink);
    for (const name of ["role", "tabindex", "class"]) copy.removeAttribute(name);
    for (const { name } of [...copy.attributes]) if (name.startsWith("aria-")) copy.removeAttribute(name);
    const caption = chart.querySelector(".chart-title")?.textContent ?? "";
    const text = `<text x="${Math.round(left - frame.left) + 4}" y="${Math.round(top - frame.top + 30)}" font-size="13" font-weight="600">${escapeText(caption)}</text>`;
    return [text, new XMLSerializer().serializeToString(copy)];
  });
  const [width, height] = [Math.ceil(frame.width), Math.ceil(frame.height) + 44];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" fill="${ink}" color="${ink}" font-family="${font}"><title>${escapeText(title)}</title><rect width="100%" height="100%" fill="${paper}"/><text x="4" y="16" font-size="15" font-weight="700">${escapeText(title)}</text>${parts.join("")}</svg>`;
};

/** An SVG as a PNG of twice its size. */
export const asPng = async (svg: string): Promise<Blob> => {
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth * 2;
    canvas.height = image.naturalHeight * 2;
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) =>
      canvas.toBlob(
        (blob) => (blob ? resolve(blob) : reject(new Error("the picture could not be made"))),
        "image/png",
      ),
    );
  } finally {
    URL.revokeObjectURL(address);
  }
};

/** Tables as CSV, one below the other, each with its title where there are several. */
export const asCsv = (tables: readonly Table[]): string =>
  tables
    .map(({ title, columns, rows }) =>
      [...(tables.length > 1 ? [[title]] : []), columns, ...rows].map(csvRow).join("\r\n"),
    )
    .join("\r\n\r\n")
    .concat("\r\n");

/** Hands a file to the reader. */
export const download = (name: string, content: Blob | string, type = "text/plain"): void => {
  const blob = typeof content === "string" ? new Blob([content], { type }) : content;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
};

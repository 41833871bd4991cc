import type { Figure } from "../figures/frame.js";
import { type Markup, markup, raw } from "../figures/markup.js";
import { period } from "./format.js";
import { style } from "./style.js";

/** Width in pixels of drawings for narrow pages: a small phone's, without its margins. */
export const narrowWidth = 328;

export const section = (title: string, content: Markup): Markup =>
  markup`<section><h2>${title}</h2>${content}</section>`;

/**
 * A drawing with a second one for narrow pages, where the first would be shrunk until its text cannot be read. Without a
 * second the first is shown at its own size and can be moved sideways.
 */
export const drawing = (label: string, { svg }: Figure, narrow?: Figure): Markup =>
  narrow
    ? markup`<figure role="img" aria-label="${label}"><div class="wide">${raw(svg)}</div><div class="narrow">${raw(narrow.svg)}</div></figure>`
    : markup`<figure role="img" aria-label="${label}" class="scroll">${raw(svg)}</figure>`;

/** A section, or none. */
export type Maybe = Markup | false | undefined;

const present = (all: readonly Maybe[]): Markup[] => all.flatMap((each) => each || []);

/** Two columns where the page is wide enough, each with sections one below the other; one column where one side is empty. */
export const columns = (left: readonly Maybe[], right: readonly Maybe[]): Markup | undefined => {
  const sides = [present(left), present(right)].filter((side) => side.length > 0);
  if (sides.length === 0) return undefined;
  return sides.length === 1
    ? markup`${sides[0]}`
    : markup`<div class="columns">${sides.map((side) => markup`<div>${side}</div>`)}</div>`;
};

/** Facts by name. */
export const factsTable = (facts: Readonly<Record<string, string | number | boolean>>): Markup =>
  markup`<table class="settings"><tbody>${Object.entries(facts).map(
    ([name, value]) => markup`<tr><th>${name}</th><td>${String(value)}</td></tr>`,
  )}</tbody></table>`;

/** What every page has: its title, when what it tells of was done, and by which versions. */
export interface PageFacts {
  readonly title: string;
  /** Times as ISO 8601. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly versions: Readonly<Record<string, string>>;
}

type Content = Maybe | readonly Maybe[];

/** A whole page, with its style inside; `head` stands below its title. */
export const page = ({
  title,
  startedAt,
  finishedAt,
  versions,
  head,
  body,
}: PageFacts & { readonly head: Markup; readonly body: readonly Content[] }): string => {
  const made = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
<main>
<header><h1>${title}</h1><p>${period(startedAt, finishedAt)}</p>${head}</header>
${present(body.flat())}
<footer>${made.join(" · ")}</footer>
</main>
</body>
</html>
`.markup;
};

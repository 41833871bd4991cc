import { pictureUri } from "../figures/index.js";
import { type Markup, markup } from "../figures/markup.js";
import { count, percent } from "./format.js";
import { section } from "./layout.js";
import type { InsightRecord, PlaneRecord } from "./record.js";

const tile = async (
  { values, layout }: PlaneRecord,
  alt: string,
  range: readonly [number, number],
): Promise<Markup> => {
  const uri = await pictureUri(values, layout, { range });
  return markup`<img src="${uri}" alt="${alt}" style="--shape:${layout.width}/${layout.height}">`;
};

/** Both ends of what is drawn, so that 0 is grey. */
const aroundZero = ({ values }: PlaneRecord): readonly [number, number] => {
  const reach = Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 1e-12);
  return [-reach, reach];
};

const fromZero = ({ values }: PlaneRecord): readonly [number, number] => [
  0,
  Array.from(values).reduce((most, value) => Math.max(most, value), 1e-12),
];

const pixelRange = [0, 255] as const;

const filters = async ({
  layer,
  kind,
  of,
  pictures,
}: NonNullable<InsightRecord["filters"]>): Promise<Markup> => {
  const shown =
    pictures.length === of
      ? `All ${count(of)} ${kind} of ${layer}`
      : kind === "filters"
        ? `The first ${pictures.length} of ${count(of)} filters of ${layer}`
        : `The ${pictures.length} of ${count(of)} units of ${layer} with the largest weights`;
  const tiles = await Promise.all(
    pictures.map((picture, i) => tile(picture, `${kind.slice(0, -1)} ${i + 1}`, aroundZero(picture))),
  );
  return section(
    "What the first layer looks for",
    markup`<p class="note">${shown}, each by itself from its smallest to its largest weight: grey is 0.</p><div class="planes">${tiles}</div>`,
  );
};

const answers = async (all: InsightRecord["answers"]): Promise<Markup> => {
  const rows = await Promise.all(
    all.map(async (answer) => {
      const { truth, predicted, probability, saliency, maps } = answer;
      const layers = await Promise.all(
        maps.map(async ({ layer, of, pictures }) => {
          const tiles = await Promise.all(
            pictures.map((map, i) => tile(map, `channel ${i + 1} of ${layer}`, aroundZero(map))),
          );
          return markup`<div class="maps"><small>${layer}, ${pictures.length} of ${of} channels</small><div class="planes">${tiles}</div></div>`;
        }),
      );
      const right = truth === predicted;
      return markup`<div class="answer"><figure>${await tile(answer, `a test example: ${truth}`, pixelRange)}<figcaption>${truth} → <span${!right && markup` class="wrong"`}>${predicted}</span><br><small>${percent(probability)}</small></figcaption></figure><figure>${await tile(saliency, `sensitivity of the answer ${predicted} to each pixel`, fromZero(saliency))}<figcaption><small>sensitivity</small></figcaption></figure>${layers}</div>`;
    }),
  );
  const withMaps = all.some(({ maps }) => maps.length > 0);
  return section(
    "How it comes to its answers",
    markup`<p class="note">The first test examples of some classes, as the trained network sees them. Sensitivity: how much the score of the answer changes with each pixel, |∂score/∂pixel|, brightest where most.${withMaps && " Beside it what its first convolutions make of the picture, channel by channel, each by itself; grey is 0."}</p><div class="${withMaps ? "answers" : "answers plain"}">${rows}</div>`,
  );
};

const strip = async (rows: NonNullable<InsightRecord["augmented"]>): Promise<Markup> => {
  const drawn = await Promise.all(
    rows.map(async ({ original, versions }, row) => {
      const first = await tile(original, `training picture ${row + 1}`, pixelRange);
      const others = await Promise.all(
        versions.map((each, i) => tile(each, `training picture ${row + 1} in epoch ${i + 1}`, pixelRange)),
      );
      return markup`<div class="strip"><figure>${first}<figcaption><small>as it is</small></figcaption></figure>${others.map(
        (each, i) => markup`<figure>${each}<figcaption><small>epoch ${i + 1}</small></figcaption></figure>`,
      )}</div>`;
    }),
  );
  return section(
    "Training pictures as they were trained on",
    markup`<p class="note">The first training pictures, and what augmentation made of them in the first epochs.</p>${drawn}`,
  );
};

/** What can be seen of a network for pictures: what its first layer looks for, how it answers, and what it was trained on. */
export const insights = async ({
  filters: first,
  answers: answered,
  augmented,
}: InsightRecord): Promise<Markup> =>
  markup`${answered.length > 0 && (await answers(answered))}${first && (await filters(first))}${augmented && (await strip(augmented))}`;

import { pictureUri } from "../figures/index.js";
import { type Markup, markup } from "../figures/markup.js";
import { percent } from "./format.js";
import type { Mistake } from "./record.js";

const most = 30;

/** Pictures of the examples that the model got wrong with the most confidence. */
export const mistakeGallery = async (mistakes: readonly Mistake[]): Promise<Markup> => {
  const tiles = await Promise.all(
    mistakes.slice(0, most).map(async ({ pixels, layout, truth, predicted, probability }) => {
      const uri = await pictureUri(pixels, layout);
      const alt = `${truth}, taken for ${predicted}`;
      return markup`<figure><img src="${uri}" alt="${alt}" style="--shape:${layout.width}/${layout.height}"><figcaption>${truth} → <span class="wrong">${predicted}</span><br><small>${percent(probability)}</small></figcaption></figure>`;
    }),
  );
  return markup`<div class="mistakes">${tiles}</div>`;
};

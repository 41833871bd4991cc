import { type Theme, withBase } from "vitepress";
import DefaultTheme from "vitepress/theme-without-fonts";
import "katex/dist/katex.min.css";
import { figures } from "../../figures/index.js";
import { colourProperties } from "../../parts/colours.js";
import { prepareWorker } from "../../parts/compute.js";
import LabFigure from "../../parts/LabFigure.vue";
import "./style.css";

/** Loads a page's figure, and its worker, beside the page: it would else wait until the page is complete. */
const prepareFigure = (): void => {
  const name = location.pathname.match(/\/figures\/([\w-]+)/)?.[1];
  const load = name === undefined ? undefined : figures[name];
  if (name === undefined || load === undefined) return;
  void load();
  prepareWorker(name);
};

/** For slides: `?embed=1` leaves the figure alone on the page. */
const isEmbedded = (): boolean => new URLSearchParams(location.search).get("embed") === "1";

export default {
  extends: DefaultTheme,
  enhanceApp: ({ app }) => {
    app.component("LabFigure", LabFigure);
    if (typeof document === "undefined") return;
    prepareFigure();
    if (isEmbedded()) document.documentElement.classList.add("embed");
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`:root{${colourProperties(false)}}.dark{${colourProperties(true)}}`);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    const isServed =
      location.protocol === "https:" || ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);
    if ("serviceWorker" in navigator && isServed) {
      addEventListener(
        "load",
        () => void navigator.serviceWorker.register(withBase("/sw.js")).catch(() => {}),
      );
    }
  },
} satisfies Theme;

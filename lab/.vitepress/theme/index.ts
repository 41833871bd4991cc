import { type Theme, withBase } from "vitepress";
import DefaultTheme from "vitepress/theme-without-fonts";
import "katex/dist/katex.min.css";
import { colourProperties } from "../../parts/colours.js";
import LabFigure from "../../parts/LabFigure.vue";
import "./style.css";

/** For slides: `?embed=1` leaves the figure alone on the page. */
const isEmbedded = (): boolean => new URLSearchParams(location.search).get("embed") === "1";

export default {
  extends: DefaultTheme,
  enhanceApp: ({ app }) => {
    app.component("LabFigure", LabFigure);
    if (typeof document === "undefined") return;
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

import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import katex from "@vscode/markdown-it-katex";
import { defineConfig } from "vitepress";
import { pageWithPolicy } from "../server/policy.js";

/** A CommonJS module: what Node calls its default holds the plugin. */
const formulas = (katex as unknown as { readonly default: (md: unknown) => void }).default;

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** What the makers of generated pages leave beside them: their titles and addresses. */
const listed = (path: string): { text: string; link: string }[] =>
  existsSync(here(path)) ? JSON.parse(readFileSync(here(path), "utf8")) : [];

/** Titles and addresses of the figures, as their page lists them. */
const figures = [
  ...readFileSync(here("../pages/figures/index.md"), "utf8").matchAll(/^- \[(.+?)\]\(\.\/(.+?)\)/gm),
].map(([, text = "", name]) => ({ text, link: `/figures/${name}` }));
const lecture = listed("../pages/lecture/pages.json");
const reference = listed("../pages/reference/pages.json");
const guide = [
  { text: "Begin", link: "/guide/" },
  { text: "What each function minimises", link: "/guide/objectives" },
  { text: "How fast", link: "/guide/performance" },
  { text: "What works where", link: "/guide/features" },
  { text: "Architecture", link: "/guide/architecture" },
  { text: "About the lab", link: "/guide/lab" },
];

export default defineConfig({
  title: "Steepest",
  description: "Train neural networks in TypeScript, and see why each step works.",
  lang: "en-GB",
  srcDir: "pages",
  outDir: "dist",
  cacheDir: "../node_modules/.cache/steepest/vitepress",
  base: process.env.STEEPEST_LAB_BASE ?? "/",
  cleanUrls: true,
  // Kept links between the repository's own pages lead to files that are no pages here.
  ignoreDeadLinks: true,
  metaChunk: true,
  // All pages come with the first one, for use without a network; links need not fetch them before.
  router: { prefetchLinks: false },
  head: [
    ["link", { rel: "icon", href: `${process.env.STEEPEST_LAB_BASE ?? "/"}icon.svg`, type: "image/svg+xml" }],
  ],
  themeConfig: {
    nav: [
      { text: "Guide", link: "/guide/" },
      { text: "Lecture", link: "/lecture/" },
      { text: "Figures", link: "/figures/" },
      { text: "Reference", link: "/reference/" },
    ],
    sidebar: {
      "/guide/": [{ text: "Guide", items: guide }],
      "/lecture/": [
        {
          text: "The lecture, section by section",
          items: [{ text: "Overview", link: "/lecture/" }, ...lecture],
        },
      ],
      "/figures/": [{ text: "Figures", items: [{ text: "All of them", link: "/figures/" }, ...figures] }],
      "/reference/": [
        { text: "Reference", items: [{ text: "Overview", link: "/reference/" }, ...reference] },
      ],
    },
    outline: { level: [2, 3] },
    search: { provider: "local" },
    externalLinkIcon: true,
  },
  markdown: { config: (md) => void md.use(formulas) },
  transformHtml: (code) => pageWithPolicy(code),
  vite: {
    publicDir: here("../public"),
    worker: { format: "es" },
    build: { target: "es2022", chunkSizeWarningLimit: 2000, assetsInlineLimit: 0 },
    server: { fs: { allow: [here("../..")] } },
  },
});

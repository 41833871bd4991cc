import { execFile } from "node:child_process";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { studyParts, summaryOf } from "../../scripts/lecture/page.js";
import { recordsIn } from "../../scripts/lecture/records.js";
import { sections } from "../../scripts/lecture/sections.js";

const lab = fileURLToPath(new URL("..", import.meta.url));
const root = join(lab, "..");
const pages = join(lab, "pages");

/** The pages that a link of the repository's own leads to. */
const pagesOf: Readonly<Record<string, string>> = {
  "README.md": "/guide/",
  "FEATURES.md": "/guide/features",
  "docs/objectives.md": "/guide/objectives",
  "docs/performance.md": "/guide/performance",
  "docs/architecture.md": "/guide/architecture",
  "docs/lecture.md": "/lecture/",
};

/** Links to files that are pages here lead to these; others are named, without a link that leads nowhere. */
const relinked = (markdown: string, from: string): string =>
  markdown.replace(
    /(?<!!)\[([^\]]+)\]\((?!https?:|#|\/)([^)#\s]+)(#[^)]*)?\)/g,
    (whole, text: string, target: string) => {
      const path = relative(root, join(root, from, "..", target));
      const page = pagesOf[path];
      if (page !== undefined) return `[${text}](${page})`;
      return whole.startsWith("[") ? text : whole;
    },
  );

/** Vue would take double braces for its own. */
const verbatim = (markdown: string): string => markdown.replaceAll("{{", "{&#8203;{");

const guides = {
  index: "README.md",
  features: "FEATURES.md",
  objectives: "docs/objectives.md",
  performance: "docs/performance.md",
  architecture: "docs/architecture.md",
} as const;

/** The guide: the repository's own pages. */
const writeGuide = async (): Promise<void> => {
  for (const [name, path] of Object.entries(guides)) {
    const source = await readFile(join(root, path), "utf8");
    const text = verbatim(relinked(source, path))
      .replace(/<img src="docs\/report.png"/, '<img src="/lecture-figures/report.png"')
      // The diagrams are read as text here.
      .replaceAll("```mermaid", "```text");
    await writeFile(join(pages, "guide", `${name}.md`), text);
  }
};

const slugOf = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^a-z]+/g, "-")
    .replaceAll(/^-|-$/g, "");

/** The lecture, a page for each section: what docs/lecture.md says, with the figures alive. */
const writeLecture = async (): Promise<void> => {
  const folder = join(pages, "lecture");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const records = new Map(
    (await recordsIn(join(root, "docs/studies"))).map(([, record]) => [record.name, record]),
  );
  for (const section of sections) {
    const { title, text, figures } = section;
    const parts = [
      "---\npageClass: figure-page\naside: false\n---",
      `# ${title}`,
      text,
      ...figures.map((name) => `<LabFigure name="${name}" />`),
      "## Measured by studies",
      ...studyParts(section, records, "/lecture-figures").map(verbatim),
    ];
    await writeFile(join(folder, `${slugOf(title)}.md`), `${parts.join("\n\n")}\n`);
  }
  const list = sections.map(({ title }) => ({ text: title, link: `/lecture/${slugOf(title)}` }));
  const overview = [
    "# The lecture, computed",
    `“Lecture 8: Optimization IV” from its beginning to its end: ${summaryOf(records)}. Beside what was measured stand figures that you can move.`,
    list.map(({ text, link }, i) => `${i + 1}. [${text}](${link})`).join("\n"),
  ];
  await writeFile(join(folder, "index.md"), `${overview.join("\n\n")}\n`);
  await writeFile(join(folder, "pages.json"), JSON.stringify(list));
  const pictures = join(lab, "public/lecture-figures");
  await rm(pictures, { recursive: true, force: true });
  await cp(join(root, "docs/figures"), pictures, { recursive: true });
  await cp(join(root, "docs/report.png"), join(pictures, "report.png"));
};

/** The reference, from the docstrings of what the package exports. */
const writeReference = async (): Promise<void> => {
  const folder = join(pages, "reference");
  await rm(folder, { recursive: true, force: true });
  const typedoc = join(lab, "node_modules/typedoc/bin/typedoc");
  await promisify(execFile)(
    process.execPath,
    [typedoc, "--options", join(lab, "typedoc.json"), "--out", folder],
    {
      cwd: lab,
      maxBuffer: 1e8,
    },
  );
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(".md")).sort();
  const list = [];
  for (const file of files) {
    const path = join(folder, file);
    const source = await readFile(path, "utf8");
    await writeFile(path, `---\noutline: [2, 2]\n---\n\n${verbatim(source)}`);
    const title = /^# (.*)$/m.exec(source)?.[1] ?? file;
    if (file !== "index.md") list.push({ text: title, link: `/reference/${file.replace(/\.md$/, "")}` });
  }
  await writeFile(join(folder, "pages.json"), JSON.stringify(list));
};

/** Writes all pages that are made of something else. */
export const writePages = async ({ reference }: { readonly reference: boolean }): Promise<void> => {
  await mkdir(join(pages, "guide"), { recursive: true });
  await Promise.all([writeGuide(), writeLecture(), ...(reference ? [writeReference()] : [])]);
};

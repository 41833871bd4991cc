import type { Figure } from "../figures/frame.js";
import type { Verdict } from "./shared/verdict.js";

/** How long a study may take: under a minute, a few minutes, or as long as the lecture's own setting needs. */
export type Effort = "quick" | "default" | "full";

/** What a study is given. */
export interface StudyContext {
  readonly effort: Effort;
  readonly seed: number;
  /** A folder with MNIST; without one, studies of images use the embedded digits and say so. */
  readonly data?: string;
  /** Ends the study early: it throws the signal's reason, or gives what it has finished. */
  readonly signal?: AbortSignal;
  /** A line for the person who waits. */
  readonly log: (line: string) => void;
  /** A folder that lasts between calls, for studies that continue where they stopped. */
  readonly folder: string;
  /** Settings of one study only, as given on the command line: `--seeds 3`, `--rows dropout-l2`. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Something the lecture says, put to the test. */
export interface Claim {
  /** The claim in one sentence. */
  readonly claim: string;
  /** What was measured, with numbers, in one sentence. */
  readonly measured: string;
  readonly verdict: Verdict;
}

export interface StudyTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** A table as it is read back from a study's record, where numbers that JSON lacks are null. */
export interface KeptTable extends Omit<StudyTable, "rows"> {
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** What is kept of a study's result. */
export interface KeptResult {
  readonly effort: Effort;
  /** Whether a folder with MNIST was given. */
  readonly data: boolean;
  readonly tables: readonly KeptTable[];
  readonly notes: readonly string[];
}

export interface StudyResult {
  /** What one learns from it, in one sentence with the numbers measured; absent where it was ended early. */
  readonly learned?: string;
  readonly claims: readonly Claim[];
  readonly tables: readonly StudyTable[];
  /** The picture of the study. */
  readonly figure: Figure;
  /** All numbers behind it, as JSON. */
  readonly numbers: Readonly<Record<string, unknown>>;
  /** What a reader must know to judge the numbers: data used, what was shortened. */
  readonly notes: readonly string[];
  /** Seconds of work behind the result, where earlier calls did part of it; the call's own time where left out. */
  readonly seconds?: number;
}

/** A claim or figure of the lecture, computed. */
export interface Study {
  /** As on the command line: `momentum-ravine`. */
  readonly name: string;
  readonly title: string;
  /** The section of the lecture that it belongs to. */
  readonly section: string;
  /** What it shows and how, in two or three sentences. */
  readonly describe: string;
  /** Names and meanings of the settings that it takes besides the common ones. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly run: (context: StudyContext) => Promise<StudyResult>;
  /** Draws the picture of a kept result, for a study that takes too long to run again for a picture. */
  readonly redraw?: (kept: KeptResult) => Promise<Figure>;
}

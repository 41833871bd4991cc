/** A picture made of vectors: a complete SVG document with nothing outside it, and its size in pixels. */
export interface Figure {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** What every kind of figure takes. */
export interface FrameOptions {
  readonly title?: string;
  readonly subtitle?: string;
  /** Width in pixels; 640 unless the kind of figure says otherwise. */
  readonly width?: number;
  /** Height in pixels, title and legend included; 400 unless the kind of figure says otherwise. */
  readonly height?: number;
}

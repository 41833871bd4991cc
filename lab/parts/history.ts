/** States that were left, to be gone back to; a drag is one of them. */
export interface History<S> {
  readonly past: readonly S[];
  readonly present: S;
  readonly future: readonly S[];
}

const longest = 200;

export const begin = <S>(present: S): History<S> => ({ past: [], present, future: [] });

/** A new present. With `merge` it takes the place of the last one: parts of one drag are one change. */
export const change = <S>({ past, present, future }: History<S>, next: S, merge = false): History<S> =>
  merge
    ? { past, present: next, future }
    : { past: [...past, present].slice(-longest), present: next, future: [] };

export const undo = <S>(history: History<S>): History<S> => {
  const { past, present, future } = history;
  const last = past.at(-1);
  return last === undefined
    ? history
    : { past: past.slice(0, -1), present: last, future: [present, ...future] };
};

export const redo = <S>(history: History<S>): History<S> => {
  const { past, present, future } = history;
  const [next, ...rest] = future;
  return next === undefined ? history : { past: [...past, present], present: next, future: rest };
};

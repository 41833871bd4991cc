import fc from "fast-check";

/** The same random cases at every run, so that a change alone decides whether the tests pass. */
fc.configureGlobal({ seed: 20240601 });

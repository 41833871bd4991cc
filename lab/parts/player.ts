import { computed, type Ref, ref, watch } from "vue";

export const speeds = [0.25, 0.5, 1, 2, 4, 8] as const;

/** Steps per second at speed 1. */
const pace = 12;

const prefersLessMotion = (): boolean =>
  typeof matchMedia === "function" && matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Plays the steps 0 … `last` of a figure, one after the other; begins at the last one, where all is seen. */
export const usePlayer = (last: Ref<number>) => {
  const wanted = ref(Number.POSITIVE_INFINITY);
  const step = computed(() => Math.min(wanted.value, last.value));
  const playing = ref(false);
  const speed = ref<number>(1);
  let due = 0;
  let before = 0;

  const go = (to: number): void => {
    const within = Math.max(0, Math.min(last.value, Math.round(to)));
    // At the end of a run the end is meant, also of a longer one.
    wanted.value = within === last.value ? Number.POSITIVE_INFINITY : within;
  };
  const frame = (now: number): void => {
    if (!playing.value) return;
    // With reduced motion a step a second, so that nothing seems to move.
    const rate = prefersLessMotion() ? Math.min(1, pace * speed.value) : pace * speed.value;
    due += ((now - before) / 1000) * rate;
    before = now;
    const whole = Math.floor(due);
    due -= whole;
    if (whole > 0) {
      const next = step.value + whole;
      go(next);
      if (next >= last.value) playing.value = false;
    }
    requestAnimationFrame(frame);
  };
  watch(playing, (isPlaying) => {
    if (!isPlaying) return;
    if (step.value >= last.value) wanted.value = 0;
    due = 0;
    before = performance.now();
    requestAnimationFrame(frame);
  });
  return { step, playing, speed, go };
};

export type Player = ReturnType<typeof usePlayer>;

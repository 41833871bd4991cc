import { onBeforeUnmount, onMounted, type Ref, ref } from "vue";

/** The width of an element in whole pixels, as it changes. */
export const useWidth = (element: Ref<HTMLElement | null>): Ref<number> => {
  const width = ref(360);
  let observer: ResizeObserver | undefined;
  onMounted(() => {
    if (element.value === null) return;
    observer = new ResizeObserver(([entry]) => {
      if (entry && entry.contentRect.width > 0) width.value = Math.floor(entry.contentRect.width);
    });
    observer.observe(element.value);
    width.value = Math.max(200, Math.floor(element.value.clientWidth));
  });
  onBeforeUnmount(() => observer?.disconnect());
  return width;
};

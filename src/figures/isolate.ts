/**
 * Makes a drawing safe for resvg 2.6, which ends the whole process when a group that it must draw apart (one with a clip
 * path or an opacity) lies outside the picture: a trajectory that leaves the frame would kill a training run. An invisible
 * rectangle brings every such group inside, and the opacity of a single shape becomes that of its fill and stroke.
 */
export const keepInside = (drawing: Element, width: number, height: number, document: Document): void => {
  for (const element of drawing.querySelectorAll("[clip-path],[opacity]")) {
    if (element.tagName.toLowerCase() === "g") {
      const inside = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      const attributes = { width, height, fill: "#ffffff", "fill-opacity": 0, stroke: "none" };
      for (const [name, value] of Object.entries(attributes)) inside.setAttribute(name, String(value));
      element.prepend(inside);
      continue;
    }
    const opacity = element.getAttribute("opacity");
    if (opacity === null) continue;
    element.removeAttribute("opacity");
    element.setAttribute("fill-opacity", opacity);
    element.setAttribute("stroke-opacity", opacity);
  }
};

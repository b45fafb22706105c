import { describe, expect, it } from "vitest";
import { branchesOf, describePart, PARTS } from "./event-paths";
import { arrowsOf, type Box, layoutOf, lengthOf, type Point, routeOf, wayOf } from "./layout";

// The widest letters of the title's font count, in pixels.
const LETTER = { wide: 7.4, narrow: 6.2 };
const TITLE_LEFT = 11;

const overlaps = (a: Box, b: Box) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** Whether a horizontal or vertical line passes through the inside of a box. */
function crosses([x1, y1]: Point, [x2, y2]: Point, box: Box): boolean {
  const line = { x: Math.min(x1, x2) - 0.1, y: Math.min(y1, y2) - 0.1, width: Math.abs(x2 - x1) + 0.2, height: Math.abs(y2 - y1) + 0.2 };
  return overlaps(line, { x: box.x + 1, y: box.y + 1, width: box.width - 2, height: box.height - 2 });
}

describe.each([
  ["wide", false],
  ["narrow", true],
] as const)("the %s layout", (name, isNarrow) => {
  const layout = layoutOf(isNarrow);
  const boxes = [...layout.boxes];

  it("has a box for each part that an event can pass, except for the queues of webhooks", () => {
    const parts = new Set(Object.keys(PARTS.producers).flatMap((type) => branchesOf({ id: type, type }).flat()));
    expect([...parts].filter((part) => !layout.boxes.has(part))).toEqual(["CarrierWebhooksQueue"]);
  });

  it("places the boxes inside the picture and beside each other", () => {
    for (const [part, box] of boxes) {
      expect(box.x, part).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width, part).toBeLessThanOrEqual(layout.width);
      expect(box.y + box.height, part).toBeLessThanOrEqual(layout.height);
      expect(boxes.filter(([other, each]) => other !== part && overlaps(box, each))).toEqual([]);
    }
  });

  it("has room for the title of each box", () => {
    for (const [part, box] of boxes) expect(TITLE_LEFT + describePart(part).name.length * LETTER[name], part).toBeLessThanOrEqual(box.width + 2);
  });

  it("leads no arrow through a box, and each arrow straight or around corners", () => {
    for (const [from, to] of arrowsOf(layout)) {
      const route = routeOf(layout, isNarrow, from, to);
      expect(route.length, `${from} ${to}`).toBeGreaterThan(1);
      route.slice(1).forEach((end, index) => {
        const start = route[index] ?? end;
        expect(start[0] === end[0] || start[1] === end[1], `${from} ${to}`).toBe(true);
        expect(boxes.filter(([, box]) => crosses(start, end, box)).map(([part]) => part), `${from} ${to}`).toEqual([]);
      });
    }
  });

  it("moves the dot from the cause of the event to its end", () => {
    for (const branch of branchesOf({ id: "1", type: "ShipmentLost" })) {
      const way = wayOf(layout, isNarrow, branch);
      const end = layout.boxes.get(branch.at(-1) ?? "");
      expect(way.at(-1)).toEqual(end && [end.x + end.width / 2, end.y + end.height / 2]);
      expect(lengthOf(way)).toBeGreaterThan(layout.width / 2);
    }
  });
});

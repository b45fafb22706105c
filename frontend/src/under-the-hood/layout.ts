// Where the boxes and arrows of the picture are. Pure functions, in the units of the SVG's view box.
//
// An event goes clockwise: from the services at the top to the relay and the topic on the right, then through queues and
// consumers to the left, and from the state machines back up to the services.
import { allBranches, API, describePart, PARTS } from "./event-paths";

export type Point = readonly [x: number, y: number];

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The frame around the functions and the table of a service. */
export interface Lane extends Box {
  name: string;
}

export interface Layout {
  width: number;
  height: number;
  lanes: Lane[];
  /** The box of each part. Some parts have none, such as the queues of webhooks. */
  boxes: Map<string, Box>;
}

type Column = readonly [x: number, width: number];

interface Geometry {
  width: number;
  /** The top edges of the lanes and of the consumers' rows below the lanes. */
  lanesTop: number;
  lane: Column;
  /** Functions that a request or a webhook reaches, functions of saga steps, and tables. */
  requests: Column;
  steps: Column;
  tables: Column;
  queues: Column;
  consumers: Column;
  targets: Column;
  /** The distance from the lanes to the consumers' rows. */
  gap: number;
  /** The vertical lines that several arrows share. */
  bus: { api: number; webhooks: number; steps: number; streams: number; topic: number; machines: number };
  /** The boxes outside the rows: column, and top edge relative to the top or the bottom of the lanes. */
  api: readonly [Column, number];
  webhooks: readonly [Column, number];
  relay: readonly [Column, number];
  archive: readonly (readonly [Column, number])[];
  topic: readonly [Column, number];
}

const BOX_HEIGHT = 36;
const LANE_HEIGHT = 62;
const LANE_GAP = 8;
/** The bottom edge of a box in a lane is this far above the edge of the lane. */
const LANE_PADDING = 9;
const ROW_HEIGHT = 46;
const LANES_HEIGHT = PARTS.services.length * (LANE_HEIGHT + LANE_GAP) - LANE_GAP;
const boxTopInLane = (lane: number): number => lane * (LANE_HEIGHT + LANE_GAP) + LANE_HEIGHT - LANE_PADDING - BOX_HEIGHT;

const WIDE: Geometry = {
  width: 880,
  lanesTop: 4,
  lane: [152, 398],
  requests: [160, 138],
  steps: [324, 114],
  tables: [458, 84],
  queues: [594, 130],
  consumers: [420, 142],
  targets: [244, 136],
  gap: 40,
  bus: { api: 135, webhooks: 144, steps: 311, streams: 572, topic: 816, machines: 214 },
  api: [[0, 125], boxTopInLane(0)],
  webhooks: [[0, 125], boxTopInLane(2) + (LANE_HEIGHT + LANE_GAP) / 2],
  relay: [[594, 112], boxTopInLane(2)],
  archive: [
    [[754, 124], boxTopInLane(1)],
    [[754, 124], boxTopInLane(0)],
  ],
  topic: [[754, 124], boxTopInLane(3)],
};

const NARROW: Geometry = {
  width: 352,
  lanesTop: 58,
  lane: [18, 320],
  requests: [25, 112],
  steps: [153, 94],
  tables: [264, 66],
  queues: [242, 98],
  consumers: [116, 116],
  targets: [16, 92],
  gap: 152,
  bus: { api: 4, webhooks: 11, steps: 145, streams: 347, topic: 347, machines: 5 },
  api: [[0, 100], -54],
  webhooks: [[124, 116], -54],
  relay: [[236, 104], LANES_HEIGHT + 22],
  archive: [
    [[124, 98], LANES_HEIGHT + 22],
    [[16, 92], LANES_HEIGHT + 22],
  ],
  topic: [[236, 104], LANES_HEIGHT + 82],
};

/**
 * The layout of the picture.
 *
 * @param isNarrow - Whether it must fit a phone.
 */
export function layoutOf(isNarrow: boolean): Layout {
  const geometry = isNarrow ? NARROW : WIDE;
  const boxes = new Map<string, Box>();
  const place = (part: string, [x, width]: Column, top: number) => boxes.set(part, { x, y: geometry.lanesTop + top, width, height: BOX_HEIGHT });
  place(API, ...geometry.api);
  for (const part of PARTS.webhooks) place(part, ...geometry.webhooks);
  PARTS.services.forEach(({ functions, table }, lane) => {
    for (const part of functions) place(part, isStep(part) ? geometry.steps : geometry.requests, boxTopInLane(lane));
    place(table, geometry.tables, boxTopInLane(lane));
  });
  place(PARTS.relay, ...geometry.relay);
  geometry.archive.forEach((at, index) => place(PARTS.archive[index] ?? "", ...at));
  place(PARTS.topic, ...geometry.topic);
  PARTS.consumers.forEach(({ queue, function: consumer, targets }, row) => {
    const top = LANES_HEIGHT + geometry.gap + row * ROW_HEIGHT;
    place(queue, geometry.queues, top);
    place(consumer, geometry.consumers, top);
    for (const target of targets) place(target, geometry.targets, top);
  });
  const lanes = PARTS.services.map(({ name }, index) => ({
    name,
    x: geometry.lane[0],
    y: geometry.lanesTop + index * (LANE_HEIGHT + LANE_GAP),
    width: geometry.lane[1],
    height: LANE_HEIGHT,
  }));
  const height = geometry.lanesTop + LANES_HEIGHT + geometry.gap + PARTS.consumers.length * ROW_HEIGHT - ROW_HEIGHT + BOX_HEIGHT + 4;
  return { width: geometry.width, height, lanes, boxes };
}

/** Whether state machines invoke the function. */
const isStep = (part: string): boolean =>
  Object.values(PARTS.producers).some((all = []) => all.some((each) => each.function === part && describePart(each.from[0] ?? "").kind === "stateMachine"));

/** The arrows of the picture: each pair of boxes that an event can pass one after the other. */
export function arrowsOf({ boxes }: Layout): [from: string, to: string][] {
  const pairs = allBranches().flatMap((branch) => pairsOf(branch.filter((part) => boxes.has(part))));
  return [...new Map(pairs.map((pair) => [arrowKey(...pair), pair])).values()];
}

export const arrowKey = (from: string, to: string): string => `${from} ${to}`;

export const pairsOf = (parts: readonly string[]): [string, string][] => parts.slice(1).map((to, index) => [parts[index] ?? "", to]);

const left = ({ x, y, height }: Box): Point => [x, y + height / 2];
const right = ({ x, y, width, height }: Box): Point => [x + width, y + height / 2];
const top = ({ x, y, width }: Box): Point => [x + width / 2, y];
const bottom = ({ x, y, width, height }: Box): Point => [x + width / 2, y + height];
const center = ({ x, y, width, height }: Box): Point => [x + width / 2, y + height / 2];

/** The corners of the arrow between two boxes, from edge to edge. */
export function routeOf(layout: Layout, isNarrow: boolean, from: string, to: string): Point[] {
  const a = layout.boxes.get(from);
  const b = layout.boxes.get(to);
  if (!a || !b) return [];
  const { bus, lanesTop } = isNarrow ? NARROW : WIDE;
  const [, toY] = left(b);
  const viaBus = (start: Point, x: number, end: Point): Point[] => [start, [x, start[1]], [x, end[1]], end];
  if (from === API && PARTS.webhooks.includes(to)) return isNarrow ? [right(a), left(b)] : [bottom(a), top(b)];
  if (from === API) return isNarrow ? [[bus.api, a.y + a.height], [bus.api, toY], left(b)] : viaBus(right(a), bus.api, left(b));
  if (PARTS.webhooks.includes(from)) {
    const [x, y] = bottom(a);
    return isNarrow ? [[x, y], [x, y + 8], [bus.webhooks, y + 8], [bus.webhooks, toY], left(b)] : viaBus(right(a), bus.webhooks, left(b));
  }
  if (describePart(from).kind === "stateMachine") {
    const turn = lanesTop + LANES_HEIGHT + 14;
    return [left(a), [bus.machines, left(a)[1]], [bus.machines, turn], [bus.steps, turn], [bus.steps, toY], left(b)];
  }
  if (PARTS.services.some(({ table }) => table === to)) return isStep(from) ? [right(a), left(b)] : belowSteps(a, b, layout, to);
  if (to === PARTS.relay) return viaBus(right(a), bus.streams, isNarrow ? right(b) : left(b));
  if (from === PARTS.topic) return isNarrow ? viaBus(right(a), bus.topic, right(b)) : [bottom(a), [bottom(a)[0], toY], right(b)];
  if (a.x === b.x) return a.y < b.y ? [bottom(a), top(b)] : [top(a), bottom(b)];
  if (a.y === b.y) return a.x < b.x ? [right(a), left(b)] : [left(a), right(b)];
  return viaBus(right(a), (a.x + a.width + b.x) / 2, left(b));
}

/** From a function for requests to the table, below the function for steps if the lane has one. */
function belowSteps(a: Box, b: Box, layout: Layout, table: string): Point[] {
  const functions = PARTS.services.find((service) => service.table === table)?.functions ?? [];
  if (!functions.some((part) => isStep(part) && layout.boxes.has(part))) return [right(a), left(b)];
  const [x, y] = bottom(a);
  return [[x, y], [x, y + 5], [bottom(b)[0], y + 5], bottom(b)];
}

/** The path of an event along the arrows and through the boxes, for the moving dot. */
export function wayOf(layout: Layout, isNarrow: boolean, branch: readonly string[]): Point[] {
  const parts = branch.filter((part) => layout.boxes.has(part));
  return pairsOf(parts).flatMap(([from, to], index) => {
    const box = layout.boxes.get(to);
    const start = layout.boxes.get(from);
    return [...(index === 0 && start ? [center(start)] : []), ...routeOf(layout, isNarrow, from, to), ...(box ? [center(box)] : [])];
  });
}

export function lengthOf(points: readonly Point[]): number {
  return points.slice(1).reduce((sum, [x, y], index) => sum + Math.hypot(x - (points[index]?.[0] ?? x), y - (points[index]?.[1] ?? y)), 0);
}

/** The points as the data of an SVG path. */
export const pathData = (points: readonly Point[]): string => points.map(([x, y], index) => `${index === 0 ? "M" : "L"}${x} ${y}`).join("");

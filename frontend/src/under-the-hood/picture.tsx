import { type KeyboardEvent, useMemo } from "react";
import { SHORTEST_UNDER_THE_HOOD_MS, type Speed } from "../orders/replay";
import { branchesOf, describePart, PARTS, type TracedEvent } from "./event-paths";
import { hoodMessages } from "./hood-messages";
import { arrowKey, arrowsOf, type Box, layoutOf, lengthOf, pairsOf, pathData, type Point, routeOf, wayOf } from "./layout";

// The time that the dot needs for the longest way. It arrives a little before the next event is shown.
const DOT_SECONDS = (0.93 * SHORTEST_UNDER_THE_HOOD_MS) / 1000;

interface PictureProps {
  isNarrow: boolean;
  /** The event whose path is highlighted. */
  active: TracedEvent | undefined;
  /** The speed of the replay, and of the dot. */
  speed: Speed;
  /** The part whose details are shown. */
  selectedPart: string | undefined;
  onSelectPart: (part: string) => void;
}

/** The application as boxes and arrows, with the path of an event. A dot moves along it, unless the user prefers no motion. */
export function Picture({ isNarrow, active, speed, selectedPart, onSelectPart }: PictureProps) {
  const { layout, arrows } = useMemo(() => {
    const made = layoutOf(isNarrow);
    return { layout: made, arrows: arrowsOf(made).map(([from, to]) => ({ key: arrowKey(from, to), d: pathData(routeOf(made, isNarrow, from, to)) })) };
  }, [isNarrow]);
  const branches = active ? branchesOf(active).map((branch) => branch.filter((part) => layout.boxes.has(part))) : [];
  const onPath = new Set(branches.flat());
  const followed = new Set(branches.flatMap((branch) => pairsOf(branch).map((pair) => arrowKey(...pair))));
  // Followed arrows are drawn last, above those that share a line with them.
  const sorted = arrows.toSorted((a, b) => Number(followed.has(a.key)) - Number(followed.has(b.key)));
  return (
    <svg className={isNarrow ? "hood-picture hood-narrow" : "hood-picture"} viewBox={`-3 0 ${layout.width + 6} ${layout.height}`} role="group" aria-label={hoodMessages.picture}>
      <defs>
        {["hood-arrow", "hood-arrow-followed"].map((id) => (
          <marker key={id} id={id} viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="6" markerHeight="6" markerUnits="userSpaceOnUse" orient="auto">
            <path d="M0 0 8 4 0 8z" />
          </marker>
        ))}
      </defs>
      {layout.lanes.map(({ name, ...lane }) => (
        <g key={name} className="lane">
          <rect {...lane} rx="10" />
          <text x={lane.x + 10} y={lane.y + 13}>
            {name}
          </text>
        </g>
      ))}
      {sorted.map(({ key, d }) => (
        <path key={key} d={d} className={followed.has(key) ? "arrow arrow-followed" : "arrow"} markerEnd={followed.has(key) ? "url(#hood-arrow-followed)" : "url(#hood-arrow)"} />
      ))}
      {[...layout.boxes].map(([part, box]) => (
        <PartBox key={part} part={part} box={box} event={onPath.has(part) ? active?.type : undefined} isSelected={part === selectedPart} onSelect={() => onSelectPart(part)} />
      ))}
      {active && <Dots key={active.id} ways={branches.map((branch) => wayOf(layout, isNarrow, branch))} seconds={DOT_SECONDS / speed} />}
    </svg>
  );
}

interface PartBoxProps {
  part: string;
  box: Box;
  /** The type of the event whose path contains the part. */
  event: string | undefined;
  isSelected: boolean;
  onSelect: () => void;
}

function PartBox({ part, box: { x, y, width, height }, event, isSelected, onSelect }: PartBoxProps) {
  const { kind, name } = describePart(part);
  const detail = detailOf(part) ?? hoodMessages.kinds[kind];
  const select = (key: KeyboardEvent) => {
    if (key.key !== "Enter" && key.key !== " ") return;
    key.preventDefault();
    onSelect();
  };
  return (
    <g
      className={event ? "part part-on-path" : "part"}
      data-part={part}
      data-kind={kind}
      transform={`translate(${x} ${y})`}
      role="button"
      tabIndex={0}
      aria-pressed={isSelected}
      aria-label={event ? hoodMessages.partOnPath(name, detail, event) : hoodMessages.partLabel(name, detail)}
      onClick={onSelect}
      onKeyDown={select}
    >
      <rect className="box" width={width} height={height} rx="6" />
      <rect className="stripe" x="3" y="5" width="3" height={height - 10} rx="1.5" />
      <text className="title" x="11" y="16">
        {name}
      </text>{" "}
      {/* The space is in the accessible name, too: otherwise axe finds that name and text differ. */}
      <text className="detail" x="11" y="29">
        {detail}
      </text>
    </g>
  );
}

/** What the filter of a queue lets pass. */
function detailOf(part: string): string | undefined {
  const filter = PARTS.consumers.find(({ queue }) => queue === part)?.filter;
  return filter && (filter.type ? hoodMessages.filteredEvents(filter.type.length) : hoodMessages.allEvents);
}

/** A dot for each way. All start together, so that they look like one dot that splits. The styles are set by script, which the Content-Security-Policy allows. */
function Dots({ ways, seconds }: { ways: readonly (readonly Point[])[]; seconds: number }) {
  const longest = Math.max(...ways.map(lengthOf));
  return ways.map((way) => (
    <circle
      key={pathData(way)}
      className="dot"
      r="7"
      style={{ offsetPath: `path("${pathData(way)}")`, animationDuration: `${((seconds * lengthOf(way)) / longest).toFixed(2)}s` }}
    />
  ));
}

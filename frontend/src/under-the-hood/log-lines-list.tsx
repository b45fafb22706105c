import { formatTimeOfDay } from "../shared/format";
import { describePart } from "./event-paths";
import { hoodMessages } from "./hood-messages";
import type { LogLine } from "./trace-api";

/** Log lines, oldest first: time, function, level and message. */
export function LogLines({ lines }: { lines: readonly LogLine[] }) {
  if (lines.length === 0) return hoodMessages.noLogLines;
  return (
    <ol className="hood-log">
      {lines.map((line, index) => (
        <li key={index} data-level={line.level}>
          <span>{formatTimeOfDay(line.time)}</span> <span>{describePart(line.function).name}</span> <strong>{line.level}</strong> {line.message}
        </li>
      ))}
    </ol>
  );
}

// The shapes of a saga diagram. A diagram has rows of step boxes, and a terminal at the start and at each end.

import { messages } from "../messages";
import { formatDuration, secondsBetween } from "../shared/format";
import { isReached } from "./saga-arrows";
import type { State, StepProgress } from "./saga-progress";
import { AUTHORIZATION, AWAIT_PAYMENT } from "./saga-steps";

export type Position = [x: number, y: number];

export const BOX_WIDTH = 164;
export const BOX_HEIGHT = 44;
export const LEFT = 4;
export const RIGHT = 192;
export const rowY = (row: number): number => 4 + row * 60;

/** A terminal is this much lower than a step box, at its top and bottom edges. */
const TERMINAL_GAP = 5;

const ICONS: Record<State, string> = {
  pending: "",
  active: "…",
  waiting: "☝",
  completed: "✓",
  refused: "✕",
  failed: "!",
  unanswered: "∅",
  compensated: "↩",
  skipped: "–",
};

const STATES_OF_LEGEND: State[] = ["pending", "active", "completed", "refused", "failed", "compensated", "unanswered", "skipped"];

/** These steps wait for the customer at the bank. The other ones wait for an operator, who has to act. */
const STEPS_AT_BANK = [AUTHORIZATION, AWAIT_PAYMENT];

// The time of these states is not shown: a waiting step has not ended, and the time of a compensation is in its own box.
const STATES_WITHOUT_TIME: ReadonlySet<State> = new Set(["compensated", "waiting"]);

/** Converts the name of a state to a title: `ReserveStock` to "Reserve stock". */
export function titleCase(name: string): string {
  return name.replace(/(?<=.)[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** A diagram as text, for screen readers: its label, and the steps that are reached. */
export function diagramText(label: string, steps: readonly { title: string; progress: StepProgress | undefined }[]): string {
  const reached = steps.flatMap(({ title, progress }) => {
    if (!progress || !isReached(progress.state)) return [];
    const state = messages.saga.states[progress.state];
    return messages.saga.stepWithState(title, progress.attempts ? `${state}, ${messages.saga.attempt(progress.attempts)}` : state);
  });
  return [label, ...reached].join(" ");
}

interface StepBoxProps {
  /** The name of the step in the state machine definition. */
  name: string;
  title: string;
  /** The role of the step in the saga, such as "pivot". Shown until the step has run. */
  kind: string | undefined;
  at: Position;
  progress: StepProgress | undefined;
  /** The time (RFC 3339) from which the time of the step is counted. */
  since: string;
  /** Whether the step undoes what other steps did. */
  isUndoing?: boolean;
  /** Whether the step has just changed. */
  isNewest: boolean;
}

export function StepBox({ name, title, kind, at: [x, y], progress = { state: "pending" }, since, isUndoing = false, isNewest }: StepBoxProps) {
  const { state, at: time, attempts } = progress;
  // There is no room for both. The icon shows the state too.
  const label = attempts ? messages.saga.attempt(attempts) : messages.saga.states[state];
  const labelWithTime = time && !STATES_WITHOUT_TIME.has(state) ? `${label}, +${formatDuration(Math.max(0, secondsBetween(since, time)))}` : label;
  const isAtBank = state === "waiting" && STEPS_AT_BANK.includes(name);
  const classes = ["step", `step-${state}`, isAtBank && "step-at-bank", isUndoing && "step-undoing", isNewest && "step-newest"].filter(Boolean).join(" ");
  return (
    <g className={classes} transform={`translate(${x} ${y})`} data-step={name} data-state={state}>
      <rect width={BOX_WIDTH} height={BOX_HEIGHT} rx="8" />
      <circle cx="20" cy={BOX_HEIGHT / 2} r="11" />
      <text className="icon" x="20" y={BOX_HEIGHT / 2 + 4.5}>
        {ICONS[state]}
      </text>
      <text className="title" x="38" y="19">
        {title}
      </text>
      <text className="detail" x="38" y="34">
        {state === "pending" || state === "skipped" ? kind : labelWithTime}
      </text>
    </g>
  );
}

/** The rounded box at the start or an end of the saga. */
export function Terminal({ at: [x, y], title, isReached }: { at: Position; title: string; isReached: boolean }) {
  return (
    <g className={isReached ? "terminal terminal-reached" : "terminal"} transform={`translate(${x} ${y})`}>
      <rect x="22" width={BOX_WIDTH - 44} height={BOX_HEIGHT - 2 * TERMINAL_GAP} y={TERMINAL_GAP} rx={BOX_HEIGHT / 2} />
      <text x={BOX_WIDTH / 2} y={BOX_HEIGHT / 2 + 4.5}>
        {title}
      </text>
    </g>
  );
}

/** Whether the saga has followed an arrow, and in which direction. */
type ArrowKind = "open" | "forward" | "undoing";

interface ArrowProps {
  from: Position;
  to: Position;
  kind: ArrowKind;
  /** Whether the step at its end runs now. */
  isRunning?: boolean;
  startsAtTerminal?: boolean;
  endsAtTerminal?: boolean;
}

/** The vertical arrow from a box to one above or below it. */
export function Arrow({ from, to, kind, isRunning = false, startsAtTerminal = false, endsAtTerminal = false }: ArrowProps) {
  const isDown = to[1] > from[1];
  const direction = isDown ? 1 : -1;
  const start = from[1] + (isDown ? BOX_HEIGHT : 0) - direction * (startsAtTerminal ? TERMINAL_GAP : 0);
  const end = to[1] + (isDown ? 0 : BOX_HEIGHT) + direction * (endsAtTerminal ? TERMINAL_GAP : 0);
  return (
    <path
      className={`arrow arrow-${kind}${isRunning ? " arrow-running" : ""}`}
      markerEnd={`url(#arrow-${kind})`}
      d={`M${from[0] + BOX_WIDTH / 2} ${start}V${end}`}
    />
  );
}

/** The arrow from a refused or failed step on the left to the step on the right that follows. */
export function FailureArrow({ fromY, toY }: { fromY: number; toY: number }) {
  const middle = (LEFT + BOX_WIDTH + RIGHT) / 2;
  const path = `M${LEFT + BOX_WIDTH} ${fromY + BOX_HEIGHT / 2}H${middle}V${toY + BOX_HEIGHT / 2}H${RIGHT}`;
  return <path className="arrow arrow-failure" markerEnd="url(#arrow-failure)" d={path} />;
}

/** The heads of the arrows, in the colors of their lines. One definition serves all diagrams of a page. */
export function ArrowMarkers() {
  return (
    <svg className="saga markers" aria-hidden="true">
      <defs>
        {["open", "forward", "undoing", "failure"].map((kind) => (
          <marker key={kind} id={`arrow-${kind}`} viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="11" markerHeight="11" markerUnits="userSpaceOnUse" orient="auto">
            <path d="M0 0 8 4 0 8z" />
          </marker>
        ))}
      </defs>
    </svg>
  );
}

const LEGEND = [
  ...STATES_OF_LEGEND.map((state) => ({ classes: `step step-${state}`, icon: ICONS[state], label: messages.saga.states[state] })),
  { classes: "step step-waiting step-at-bank", icon: ICONS.waiting, label: messages.saga.waitingForBank },
  { classes: "step step-waiting", icon: ICONS.waiting, label: messages.saga.waitingForOperator },
  { classes: "step step-completed step-undoing", icon: ICONS.completed, label: messages.saga.compensated },
];

/** The meaning of the icons and colors of the states. */
export function Legend() {
  return (
    <ul className="legend" aria-label={messages.saga.legend}>
      {LEGEND.map(({ classes, icon, label }) => (
        <li key={label}>
          <svg className={classes} viewBox="0 0 24 24" aria-hidden="true">
            <circle cx="12" cy="12" r="11" />
            <text className="icon" x="12" y="16.5">
              {icon}
            </text>
          </svg>
          {label}
        </li>
      ))}
    </ul>
  );
}

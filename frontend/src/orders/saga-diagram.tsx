import { messages } from "../messages";
import { formatDuration, secondsBetween } from "../shared/format";
import { type Progress, progressSummary, type State, stateOf } from "./saga-progress";
import { ATTENTION, COMPENSATIONS, FORWARD, PIVOT, REJECTION, STEPS } from "./saga-steps";

interface StepLayout {
  title: string;
  /** The role of the step in the saga, such as "pivot". Shown until the step has run. */
  kind: string;
  x: number;
  y: number;
}

const BOX_WIDTH = 164;
const BOX_HEIGHT = 48;
const LEFT = 4;
const RIGHT = 192;
const rowY = (row: number): number => 4 + row * 68;
const LAST_ROW = FORWARD.length + 1;

const LAYOUT = new Map(layoutSteps());

/** Places the forward steps on the left, from top to bottom, and each compensation on the right, beside the step that it undoes. */
function* layoutSteps(): Generator<[string, StepLayout]> {
  const { kinds } = messages.saga;
  let number = 0;
  let isAfterPivot = false;
  for (const [index, { name, compensation, isOptional }] of FORWARD.entries()) {
    const y = rowY(index + 1);
    const isPivot = name === PIVOT;
    if (compensation) {
      number += 1;
      yield [compensation.name, { title: titleCase(compensation.name), kind: kinds.undoes(number), x: RIGHT, y }];
    }
    if (isPivot) yield [REJECTION, { title: messages.saga.rejectOrCancel, kind: kinds.rejection, x: RIGHT, y }];
    const kind = [isPivot && kinds.pivot, isAfterPivot && kinds.forwardOnly, compensation && kinds.step(number), isOptional && kinds.optional];
    yield [name, { title: titleCase(name), kind: kind.filter(Boolean).join(", "), x: LEFT, y }];
    isAfterPivot ||= isPivot;
  }
  yield [ATTENTION, { title: titleCase(ATTENTION), kind: kinds.attention, x: RIGHT, y: rowY(LAST_ROW - 1) }];
}

/** Converts the name of a state to a title: `ReserveStock` to "Reserve stock". */
function titleCase(name: string): string {
  return name.replace(/(?<=.)[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

const ICONS: Record<State, string> = {
  pending: "",
  active: "…",
  waiting: "☝",
  completed: "✓",
  refused: "✕",
  failed: "!",
  compensated: "↩",
  skipped: "–",
};

const LEGEND: State[] = ["pending", "active", "completed", "refused", "failed", "compensated", "waiting", "skipped"];

// The time of these states is not shown: a waiting step has not ended, and the time of a compensation is in its own box.
const STATES_WITHOUT_TIME: ReadonlySet<State> = new Set(["compensated", "waiting"]);

interface SagaDiagramProps {
  progress: Progress;
  /** The time (RFC 3339) from which the times in the diagram are counted. */
  placedAt: string;
}

/** The saga of an order: completed, undone and pending steps. */
export function SagaDiagram({ progress, placedAt }: SagaDiagramProps) {
  const isUndoing = stateOf(progress, REJECTION) === "completed";
  const isConfirmed = progress.decision === "confirmed";
  const lastStep = FORWARD.at(-1)?.name ?? "";
  return (
    <figure className="saga">
      <p>{messages.saga.introduction}</p>
      <svg viewBox={`0 0 360 ${rowY(LAST_ROW) + BOX_HEIGHT + 8}`} role="img" aria-label={textAlternative(progress)}>
        <defs>
          <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
            <path d="M0 0 8 4 0 8z" />
          </marker>
        </defs>
        <Terminal x={LEFT} y={rowY(0)} title={messages.saga.start} isReached />
        <Terminal x={RIGHT} y={rowY(0)} title={messages.saga.allUndone} isReached={progress.settled && !isConfirmed} />
        <Terminal x={LEFT} y={rowY(LAST_ROW)} title={messages.saga.completed} isReached={progress.settled && isConfirmed} />
        <Arrow from={[LEFT, rowY(0)]} to={[LEFT, rowY(1)]} isFollowed />
        {FORWARD.slice(1).map(({ name }, index) => (
          <Arrow key={name} from={[LEFT, rowY(index + 1)]} to={[LEFT, rowY(index + 2)]} isFollowed={isReachedFrom(progress, index + 1)} />
        ))}
        <Arrow from={[LEFT, rowY(LAST_ROW - 1)]} to={[LEFT, rowY(LAST_ROW)]} isFollowed={stateOf(progress, lastStep) === "completed"} />
        {COMPENSATIONS.map((name, index) => (
          <Arrow key={name} from={positionOf(COMPENSATIONS[index - 1] ?? REJECTION)} to={positionOf(name)} isFollowed={isUndoing} />
        ))}
        <Arrow from={positionOf(COMPENSATIONS.at(-1) ?? REJECTION)} to={[RIGHT, rowY(0)]} isFollowed={isUndoing && progress.settled} />
        {FORWARD.filter(({ compensation }) => compensation).map(({ name }) => (
          <path key={name} className="pair" d={`M${LEFT + BOX_WIDTH} ${positionOf(name)[1] + BOX_HEIGHT / 2}H${RIGHT}`} />
        ))}
        {failureArrows(progress).map(([from, to]) => (
          <FailureArrow key={from} fromY={positionOf(from)[1]} toY={positionOf(to)[1]} />
        ))}
        {STEPS.map((step) => (
          <StepBox key={step} step={step} progress={progress} placedAt={placedAt} />
        ))}
      </svg>
      <figcaption>{progressSummary(progress)}</figcaption>
      <ul className="legend" aria-label={messages.saga.legend}>
        {LEGEND.map((state) => (
          <li key={state}>
            <svg className={`step step-${state}`} viewBox="0 0 24 24" aria-hidden="true">
              <circle cx="12" cy="12" r="11" />
              <text className="icon" x="12" y="16.5">
                {ICONS[state]}
              </text>
            </svg>
            {messages.saga.states[state]}
          </li>
        ))}
      </ul>
    </figure>
  );
}

function StepBox({ step, progress, placedAt }: { step: string } & SagaDiagramProps) {
  const [x, y] = positionOf(step);
  const state = stateOf(progress, step);
  const time = progress.steps[step]?.at;
  const label = messages.saga.states[state];
  const labelWithTime = time && !STATES_WITHOUT_TIME.has(state) ? `${label}, +${formatDuration(Math.max(0, secondsBetween(placedAt, time)))}` : label;
  return (
    <g className={`step step-${state}`} transform={`translate(${x} ${y})`} data-step={step} data-state={state}>
      <rect width={BOX_WIDTH} height={BOX_HEIGHT} rx="8" />
      <circle cx="20" cy={BOX_HEIGHT / 2} r="11" />
      <text className="icon" x="20" y={BOX_HEIGHT / 2 + 4.5}>
        {ICONS[state]}
      </text>
      <text className="title" x="38" y="20">
        {titleOf(step, progress)}
      </text>
      <text className="detail" x="38" y="36">
        {state === "pending" || state === "skipped" ? LAYOUT.get(step)?.kind : labelWithTime}
      </text>
    </g>
  );
}

/** The rounded box at the start or an end of the saga. */
function Terminal({ x, y, title, isReached }: { x: number; y: number; title: string; isReached: boolean }) {
  return (
    <g className={isReached ? "terminal terminal-reached" : "terminal"} transform={`translate(${x} ${y})`}>
      <rect x="22" width={BOX_WIDTH - 44} height={BOX_HEIGHT - 12} y="6" rx={BOX_HEIGHT / 2} />
      <text x={BOX_WIDTH / 2} y={BOX_HEIGHT / 2 + 4.5}>
        {title}
      </text>
    </g>
  );
}

function Arrow({ from, to, isFollowed }: { from: [number, number]; to: [number, number]; isFollowed: boolean }) {
  const isDown = to[1] > from[1];
  const start = from[1] + (isDown ? BOX_HEIGHT : 0);
  const end = to[1] + (isDown ? 0 : BOX_HEIGHT);
  // A terminal is 6 units lower than a step box at its top and bottom edges.
  const endGap = to[1] === rowY(0) || to[1] === rowY(LAST_ROW) ? 6 : 0;
  const startGap = from[1] === rowY(0) ? 6 : 0;
  const direction = isDown ? 1 : -1;
  return (
    <path
      className={isFollowed ? "arrow arrow-followed" : "arrow"}
      markerEnd="url(#arrow)"
      d={`M${from[0] + BOX_WIDTH / 2} ${start - direction * startGap}V${end + direction * endGap}`}
    />
  );
}

/** The arrow from a refused or failed step on the left to the step on the right that follows. */
function FailureArrow({ fromY, toY }: { fromY: number; toY: number }) {
  const middle = (LEFT + BOX_WIDTH + RIGHT) / 2;
  const path = `M${LEFT + BOX_WIDTH} ${fromY + BOX_HEIGHT / 2}H${middle}V${toY + BOX_HEIGHT / 2}H${RIGHT}`;
  return <path className="arrow arrow-failure" markerEnd="url(#arrow)" d={path} />;
}

/** The refused or failed step, and the step that follows from it. Empty if the saga has not failed, or the customer cancelled. */
function failureArrows(progress: Progress): [string, string][] {
  const pivot = FORWARD.findIndex(({ name }) => name === PIVOT);
  const failed = FORWARD.findIndex(({ name }) => ["refused", "failed"].includes(stateOf(progress, name)));
  const step = FORWARD[failed]?.name;
  if (step === undefined) return [];
  if (failed > pivot) return [[step, ATTENTION]];
  return isReached(stateOf(progress, REJECTION)) ? [[step, REJECTION]] : [];
}

/** The diagram as text, for screen readers. */
function textAlternative(progress: Progress): string {
  const reached = STEPS.filter((step) => isReached(stateOf(progress, step)));
  const sentences = reached.map((step) => messages.saga.stepWithState(titleOf(step, progress), messages.saga.states[stateOf(progress, step)]));
  return [messages.saga.diagram, ...sentences].join(" ");
}

function titleOf(step: string, { decision }: Progress): string {
  if (step === REJECTION && decision === "rejected") return messages.saga.reject;
  if (step === REJECTION && decision === "cancelled") return messages.saga.cancel;
  return LAYOUT.get(step)?.title ?? step;
}

function positionOf(step: string): [number, number] {
  const { x, y } = LAYOUT.get(step) ?? { x: LEFT, y: rowY(0) };
  return [x, y];
}

/** Whether the forward step at `index`, or a later one, was reached. An optional step may have been skipped. */
const isReachedFrom = (progress: Progress, index: number): boolean => FORWARD.slice(index).some(({ name }) => isReached(stateOf(progress, name)));

const isReached = (state: State): boolean => state !== "pending" && state !== "skipped";

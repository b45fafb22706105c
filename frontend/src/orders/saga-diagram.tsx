import { messages } from "../messages";
import { type Progress, progressSummary, stateOf } from "./saga-progress";
import {
  Arrow,
  ArrowMarker,
  BOX_HEIGHT,
  BOX_WIDTH,
  diagramText,
  FailureArrow,
  isReached,
  LEFT,
  Legend,
  type Position,
  RIGHT,
  rowY,
  StepBox,
  Terminal,
  titleCase,
} from "./saga-shapes";
import { ATTENTION, COMPENSATIONS, FORWARD, PIVOT, REJECTION, STEPS } from "./saga-steps";

interface StepLayout {
  title: string;
  /** The role of the step in the saga, such as "pivot". Shown until the step has run. */
  kind: string;
  x: number;
  y: number;
}

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
        <ArrowMarker />
        <Terminal at={[LEFT, rowY(0)]} title={messages.saga.start} isReached />
        <Terminal at={[RIGHT, rowY(0)]} title={messages.saga.allUndone} isReached={progress.settled && !isConfirmed} />
        <Terminal at={[LEFT, rowY(LAST_ROW)]} title={messages.saga.completed} isReached={progress.settled && isConfirmed} />
        <Arrow from={[LEFT, rowY(0)]} to={[LEFT, rowY(1)]} isFollowed startsAtTerminal />
        {FORWARD.slice(1).map(({ name }, index) => (
          <Arrow key={name} from={[LEFT, rowY(index + 1)]} to={[LEFT, rowY(index + 2)]} isFollowed={isReachedFrom(progress, index + 1)} />
        ))}
        <Arrow from={[LEFT, rowY(LAST_ROW - 1)]} to={[LEFT, rowY(LAST_ROW)]} isFollowed={stateOf(progress, lastStep) === "completed"} endsAtTerminal />
        {COMPENSATIONS.map((name, index) => (
          <Arrow key={name} from={positionOf(COMPENSATIONS[index - 1] ?? REJECTION)} to={positionOf(name)} isFollowed={isUndoing} />
        ))}
        <Arrow from={positionOf(COMPENSATIONS.at(-1) ?? REJECTION)} to={[RIGHT, rowY(0)]} isFollowed={isUndoing && progress.settled} endsAtTerminal />
        {FORWARD.filter(({ compensation }) => compensation).map(({ name }) => (
          <path key={name} className="pair" d={`M${LEFT + BOX_WIDTH} ${positionOf(name)[1] + BOX_HEIGHT / 2}H${RIGHT}`} />
        ))}
        {failureArrows(progress).map(([from, to]) => (
          <FailureArrow key={from} fromY={positionOf(from)[1]} toY={positionOf(to)[1]} />
        ))}
        {STEPS.map((step) => (
          <StepBox
            key={step}
            name={step}
            title={titleOf(step, progress)}
            kind={LAYOUT.get(step)?.kind}
            at={positionOf(step)}
            progress={progress.steps[step]}
            since={placedAt}
          />
        ))}
      </svg>
      <figcaption>{progressSummary(progress)}</figcaption>
      <Legend />
    </figure>
  );
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
const textAlternative = (progress: Progress): string =>
  diagramText(messages.saga.diagram, STEPS.map((step) => ({ title: titleOf(step, progress), state: stateOf(progress, step) })));

function titleOf(step: string, { decision }: Progress): string {
  if (step === REJECTION && decision === "rejected") return messages.saga.reject;
  if (step === REJECTION && decision === "cancelled") return messages.saga.cancel;
  return LAYOUT.get(step)?.title ?? step;
}

function positionOf(step: string): Position {
  const { x, y } = LAYOUT.get(step) ?? { x: LEFT, y: rowY(0) };
  return [x, y];
}

/** Whether the forward step at `index`, or a later one, was reached. An optional step may have been skipped. */
const isReachedFrom = (progress: Progress, index: number): boolean => FORWARD.slice(index).some(({ name }) => isReached(stateOf(progress, name)));

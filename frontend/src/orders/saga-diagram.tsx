import { useEffect, useRef } from "react";
import { messages } from "../messages";
import { ALL_UNDONE, COMPLETED, failureArrows, sagaArrows, START } from "./saga-arrows";
import { type Progress, progressSummary, stateOf } from "./saga-progress";
import {
  Arrow,
  BOX_HEIGHT,
  BOX_WIDTH,
  diagramText,
  FailureArrow,
  LEFT,
  Legend,
  type Position,
  RIGHT,
  rowY,
  StepBox,
  Terminal,
  titleCase,
} from "./saga-shapes";
import { ATTENTION, COMPENSATIONS, FORWARD, PIVOT, REJECTION, stepOf, STEPS } from "./saga-steps";

interface StepLayout {
  title: string;
  /** The role of the step in the saga, such as "pivot". Shown until the step has run. */
  kind: string;
  x: number;
  y: number;
}

const LAST_ROW = FORWARD.length + 1;

const TERMINALS: Readonly<Partial<Record<string, Position>>> = {
  [START]: [LEFT, rowY(0)],
  [ALL_UNDONE]: [RIGHT, rowY(0)],
  [COMPLETED]: [LEFT, rowY(LAST_ROW)],
};

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
  /** The type of the event that led to this progress. Its step is highlighted. */
  newest: string | undefined;
  /** When the replay last moved. */
  movedAt: number;
}

/** The saga of an order: completed, undone and pending steps. */
export function SagaDiagram({ progress, placedAt, newest, movedAt }: SagaDiagramProps) {
  const figure = useScrollToNewest(movedAt);
  const isConfirmed = progress.decision === "confirmed";
  return (
    <figure className="saga" ref={figure}>
      <figcaption>{progressSummary(progress)}</figcaption>
      <svg viewBox={`0 0 360 ${rowY(LAST_ROW) + BOX_HEIGHT + 8}`} role="img" aria-label={textAlternative(progress)}>
        <Terminal at={positionOf(START)} title={messages.saga.start} isReached />
        <Terminal at={positionOf(ALL_UNDONE)} title={messages.saga.allUndone} isReached={progress.settled && !isConfirmed} />
        <Terminal at={positionOf(COMPLETED)} title={messages.saga.completed} isReached={progress.settled && isConfirmed} />
        {sagaArrows(progress).map(({ from, to, isFollowed, isUndoing }) => (
          <Arrow
            key={from}
            from={positionOf(from)}
            to={positionOf(to)}
            kind={!isFollowed ? "open" : isUndoing ? "undoing" : "forward"}
            isRunning={stateOf(progress, to) === "active"}
            startsAtTerminal={from === START}
            endsAtTerminal={to === COMPLETED || to === ALL_UNDONE}
          />
        ))}
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
            isUndoing={step === REJECTION || COMPENSATIONS.includes(step)}
            isNewest={newest !== undefined && stepOf(newest) === step}
          />
        ))}
      </svg>
      <div className="saga-notes">
        <p>{messages.saga.introduction}</p>
        <Legend />
      </div>
    </figure>
  );
}

/**
 * Scrolls the newest step into view when the replay moves, because the diagram can be higher than the screen. A diagram
 * that is out of view stays there: the customer reads something else. Returns the ref of the diagram.
 */
function useScrollToNewest(movedAt: number) {
  const figure = useRef<HTMLElement>(null);
  const lastMove = useRef(movedAt);
  useEffect(() => {
    const box = figure.current?.getBoundingClientRect();
    if (movedAt === lastMove.current || !box) return;
    lastMove.current = movedAt;
    if (box.bottom < 0 || box.top > innerHeight) return;
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
    figure.current?.querySelector(".step-newest")?.scrollIntoView({ block: "nearest", behavior });
  }, [movedAt]);
  return figure;
}

/** The diagram as text, for screen readers. */
const textAlternative = (progress: Progress): string =>
  diagramText(messages.saga.diagram, STEPS.map((step) => ({ title: titleOf(step, progress), progress: progress.steps[step] })));

function titleOf(step: string, { decision }: Progress): string {
  if (step === REJECTION && decision === "rejected") return messages.saga.reject;
  if (step === REJECTION && decision === "cancelled") return messages.saga.cancel;
  return LAYOUT.get(step)?.title ?? step;
}

function positionOf(place: string): Position {
  const { x, y } = LAYOUT.get(place) ?? { x: LEFT, y: rowY(0) };
  return TERMINALS[place] ?? [x, y];
}

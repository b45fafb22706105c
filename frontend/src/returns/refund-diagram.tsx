import { messages } from "../messages";
import { isReached } from "../orders/saga-arrows";
import { type State, stateOf } from "../orders/saga-progress";
import { Arrow, BOX_HEIGHT, diagramText, FailureArrow, LEFT, RIGHT, rowY, StepBox, Terminal, titleCase } from "../orders/saga-shapes";
import { RETURN_ATTENTION, stepOf } from "../orders/saga-steps";
import { type RefundProgress, refundSummary } from "./refund-progress";
import { REFUND_STEPS } from "./refund-steps";
import { refundMessages } from "./return-messages";

const { kinds } = refundMessages;
const LAST_ROW = REFUND_STEPS.length + 1;
const ATTENTION_Y = rowY(1);
const ATTENTION_TITLE = refundMessages.attention;

interface RefundDiagramProps {
  progress: RefundProgress;
  /** The type of the event that led to this progress. Its step is highlighted. */
  newest: string | undefined;
}

/** The saga that refunds a return, from top to bottom. The legend of SagaDiagram explains its colors. */
export function RefundDiagram({ progress, newest }: RefundDiagramProps) {
  const isNewest = (step: string) => newest !== undefined && stepOf(newest) === step;
  const state = (step: string): State => stateOf(progress, step);
  const failed = REFUND_STEPS.findIndex(({ name }) => state(name) === "failed");
  return (
    <figure className="saga">
      <figcaption>{refundSummary(progress)}</figcaption>
      <svg viewBox={`0 0 360 ${rowY(LAST_ROW) + BOX_HEIGHT + 8}`} role="img" aria-label={textAlternative(progress)}>
        <Terminal at={[LEFT, rowY(0)]} title={refundMessages.start} isReached />
        <Terminal at={[LEFT, rowY(LAST_ROW)]} title={messages.saga.completed} isReached={progress.settled} />
        {REFUND_STEPS.map(({ name }, index) => (
          <Arrow
            key={name}
            from={[LEFT, rowY(index)]}
            to={[LEFT, rowY(index + 1)]}
            kind={isReachedFrom(progress, index) ? "forward" : "open"}
            isRunning={state(name) === "active"}
            startsAtTerminal={index === 0}
          />
        ))}
        <Arrow from={[LEFT, rowY(LAST_ROW - 1)]} to={[LEFT, rowY(LAST_ROW)]} kind={progress.settled ? "forward" : "open"} endsAtTerminal />
        {failed >= 0 && <FailureArrow fromY={rowY(failed + 1)} toY={ATTENTION_Y} />}
        {REFUND_STEPS.map(({ name, isOptional }, index) => (
          <StepBox
            key={name}
            name={name}
            title={titleCase(name)}
            kind={isOptional ? kinds.optional : kinds.forwardOnly}
            at={[LEFT, rowY(index + 1)]}
            progress={progress.steps[name]}
            since={progress.acceptedAt}
            isNewest={isNewest(name)}
          />
        ))}
        <StepBox
          name={RETURN_ATTENTION}
          title={ATTENTION_TITLE}
          kind={messages.saga.kinds.attention}
          at={[RIGHT, ATTENTION_Y]}
          progress={progress.steps[RETURN_ATTENTION]}
          since={progress.acceptedAt}
          isNewest={isNewest(RETURN_ATTENTION)}
        />
      </svg>
      <p>{refundMessages.introduction}</p>
    </figure>
  );
}

/** The diagram as text, for screen readers. */
function textAlternative(progress: RefundProgress): string {
  const steps = REFUND_STEPS.map(({ name }) => ({ title: titleCase(name), progress: progress.steps[name] }));
  return diagramText(refundMessages.diagram, [...steps, { title: ATTENTION_TITLE, progress: progress.steps[RETURN_ATTENTION] }]);
}

/** Whether the step at `index`, or a later one, is reached. The restocking may be skipped. */
const isReachedFrom = (progress: RefundProgress, index: number): boolean =>
  REFUND_STEPS.slice(index).some(({ name }) => isReached(stateOf(progress, name)));

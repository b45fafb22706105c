import { messages } from "../messages";
import { isReached } from "../orders/saga-arrows";
import { type State, stateOf } from "../orders/saga-progress";
import { Arrow, BOX_HEIGHT, diagramText, FailureArrow, LEFT, RIGHT, rowY, StepBox, Terminal, titleCase } from "../orders/saga-shapes";
import { REFUND_STEPS, RETURN_ATTENTION } from "../orders/saga-steps";
import { type RefundProgress, refundSummary } from "./refund-progress";

const { kinds } = messages.refund;
const LAST_ROW = REFUND_STEPS.length + 1;
const ATTENTION_Y = rowY(1);
const ATTENTION_TITLE = messages.refund.attention;

/** The saga that refunds a return, from top to bottom. It shares the arrow marker and the legend of SagaDiagram. */
export function RefundDiagram({ progress }: { progress: RefundProgress }) {
  const state = (step: string): State => stateOf(progress, step);
  const failed = REFUND_STEPS.findIndex(({ name }) => state(name) === "failed");
  return (
    <figure className="saga">
      <p>{messages.refund.introduction}</p>
      <svg viewBox={`0 0 360 ${rowY(LAST_ROW) + BOX_HEIGHT + 8}`} role="img" aria-label={textAlternative(progress)}>
        <Terminal at={[LEFT, rowY(0)]} title={messages.refund.start} isReached />
        <Terminal at={[LEFT, rowY(LAST_ROW)]} title={messages.saga.completed} isReached={progress.settled} />
        {REFUND_STEPS.map(({ name }, index) => (
          <Arrow
            key={name}
            from={[LEFT, rowY(index)]}
            to={[LEFT, rowY(index + 1)]}
            isFollowed={isReachedFrom(progress, index)}
            startsAtTerminal={index === 0}
          />
        ))}
        <Arrow from={[LEFT, rowY(LAST_ROW - 1)]} to={[LEFT, rowY(LAST_ROW)]} isFollowed={progress.settled} endsAtTerminal />
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
          />
        ))}
        <StepBox
          name={RETURN_ATTENTION}
          title={ATTENTION_TITLE}
          kind={messages.saga.kinds.attention}
          at={[RIGHT, ATTENTION_Y]}
          progress={progress.steps[RETURN_ATTENTION]}
          since={progress.acceptedAt}
        />
      </svg>
      <figcaption>{refundSummary(progress)}</figcaption>
    </figure>
  );
}

/** The diagram as text, for screen readers. */
function textAlternative(progress: RefundProgress): string {
  const steps = REFUND_STEPS.map(({ name }) => ({ title: titleCase(name), state: stateOf(progress, name) }));
  return diagramText(messages.refund.diagram, [...steps, { title: ATTENTION_TITLE, state: stateOf(progress, RETURN_ATTENTION) }]);
}

/** Whether the step at `index`, or a later one, is reached. The restocking may be skipped. */
const isReachedFrom = (progress: RefundProgress, index: number): boolean =>
  REFUND_STEPS.slice(index).some(({ name }) => isReached(stateOf(progress, name)));

import { duration, secondsBetween } from "../shared/format";
import { type Progress, progressInWords, type State, type Step, STEPS } from "./saga-progress";

interface Place {
  title: string;
  /** What kind of step it is. */
  kind: string;
  x: number;
  y: number;
}

const WIDTH = 164;
const HEIGHT = 48;
const LEFT = 4;
const RIGHT = 192;
const row = (number: number): number => 4 + number * 68;

/** Forward goes down on the left. Undoing goes back up on the right, each compensation beside its step. */
const PLACES: Record<Step, Place> = {
  ReserveStock: { title: "Reserve stock", kind: "step 1", x: LEFT, y: row(1) },
  AuthorizePayment: { title: "Authorize payment", kind: "step 2", x: LEFT, y: row(2) },
  Review: { title: "Review by a person", kind: "large orders only", x: LEFT, y: row(3) },
  BookShipment: { title: "Book shipment", kind: "step 3", x: LEFT, y: row(4) },
  ConfirmOrder: { title: "Confirm order", kind: "the pivot", x: LEFT, y: row(5) },
  CapturePayment: { title: "Capture payment", kind: "only forward now", x: LEFT, y: row(6) },
  Refuse: { title: "Reject or cancel", kind: "decide first, then undo", x: RIGHT, y: row(5) },
  CancelShipment: { title: "Cancel shipment", kind: "undoes step 3", x: RIGHT, y: row(4) },
  VoidPayment: { title: "Void payment", kind: "undoes step 2", x: RIGHT, y: row(2) },
  ReleaseStock: { title: "Release stock", kind: "undoes step 1", x: RIGHT, y: row(1) },
  Attention: { title: "Ask a person", kind: "if a step keeps failing", x: RIGHT, y: row(6) },
};

const LOOKS: Record<State, { sign: string; words: string }> = {
  pending: { sign: "", words: "still to come" },
  active: { sign: "…", words: "under way" },
  waiting: { sign: "☝", words: "waits for a person" },
  taken: { sign: "✓", words: "done" },
  refused: { sign: "✕", words: "refused" },
  failed: { sign: "!", words: "kept failing" },
  undone: { sign: "↩", words: "done, then undone" },
  skipped: { sign: "–", words: "not needed" },
};

// In which order the legend tells them: as a saga meets them.
const LEGEND: State[] = ["pending", "active", "taken", "refused", "failed", "undone", "waiting", "skipped"];

// What has no moment of its own that tells anything.
const LASTING: ReadonlySet<State> = new Set(["undone", "waiting"]);

const DOWN: [Step, Step][] = [
  ["ReserveStock", "AuthorizePayment"],
  ["AuthorizePayment", "Review"],
  ["Review", "BookShipment"],
  ["BookShipment", "ConfirmOrder"],
  ["ConfirmOrder", "CapturePayment"],
];
const UP: [Step, Step][] = [
  ["Refuse", "CancelShipment"],
  ["CancelShipment", "VoidPayment"],
  ["VoidPayment", "ReleaseStock"],
];
const PAIRS: [Step, Step][] = [
  ["ReserveStock", "ReleaseStock"],
  ["AuthorizePayment", "VoidPayment"],
  ["BookShipment", "CancelShipment"],
];

interface SagaPictureProps {
  progress: Progress;
  /** When the order was placed: the times in the picture count from here. */
  placedAt: string;
}

/** The order's saga as it stands: what was done, what was undone, and what is still to come. */
export function SagaPicture({ progress, placedAt }: SagaPictureProps) {
  return (
    <figure className="saga">
      <p>
        An order takes several services, and no transaction spans them. So each step down the left has one on the right that undoes it: when a step
        says no, the saga turns round.
      </p>
      <svg viewBox={`0 0 360 ${row(7) + HEIGHT + 8}`} role="img" aria-label={description(progress)}>
        <defs>
          <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
            <path d="M0 0 8 4 0 8z" />
          </marker>
        </defs>
        <End x={LEFT} y={row(0)} title="Order placed" isReached />
        <End x={RIGHT} y={row(0)} title="All undone" isReached={progress.settled && progress.decision !== "confirmed"} />
        <End x={LEFT} y={row(7)} title="Done" isReached={progress.settled && progress.decision === "confirmed"} />
        <Arrow from={[LEFT, row(0)]} to={[LEFT, row(1)]} isTaken />
        {DOWN.map(([from, to]) => (
          <Arrow key={to} from={at(from)} to={at(to)} isTaken={wasReached(progress[to].state) || (to === "Review" && wasReached(progress.BookShipment.state))} />
        ))}
        <Arrow from={at("CapturePayment")} to={[LEFT, row(7)]} isTaken={progress.CapturePayment.state === "taken"} />
        {UP.map(([from, to]) => (
          <Arrow key={to} from={at(from)} to={at(to)} isTaken={progress.Refuse.state === "taken"} />
        ))}
        <Arrow from={at("ReleaseStock")} to={[RIGHT, row(0)]} isTaken={progress.Refuse.state === "taken" && progress.settled} />
        {PAIRS.map(([step, compensation]) => (
          <path key={step} className="pair" d={`M${LEFT + WIDTH} ${PLACES[step].y + HEIGHT / 2}H${PLACES[compensation].x}`} />
        ))}
        {turnOf(progress).map(([from, to]) => (
          <Turn key={from} from={PLACES[from]} to={PLACES[to]} />
        ))}
        {STEPS.map((step) => (
          <StepBox key={step} step={step} progress={progress} placedAt={placedAt} />
        ))}
      </svg>
      <figcaption>{progressInWords(progress)}</figcaption>
      <ul className="legend" aria-label="What the signs mean">
        {LEGEND.map((state) => (
          <li key={state}>
            <svg className={`step step-${state}`} viewBox="0 0 24 24" aria-hidden="true">
              <circle cx="12" cy="12" r="11" />
              <text className="sign" x="12" y="16.5">
                {LOOKS[state].sign}
              </text>
            </svg>
            {LOOKS[state].words}
          </li>
        ))}
      </ul>
    </figure>
  );
}

function StepBox({ step, progress, placedAt }: { step: Step } & SagaPictureProps) {
  const { title, kind, x, y } = PLACES[step];
  const { state, at: time } = progress[step];
  const { sign, words } = LOOKS[state];
  const when = time && !LASTING.has(state) ? `${words}, +${duration(Math.max(0, secondsBetween(placedAt, time)))}` : words;
  return (
    <g className={`step step-${state}`} transform={`translate(${x} ${y})`} data-step={step} data-state={state}>
      <rect width={WIDTH} height={HEIGHT} rx="8" />
      <circle cx="20" cy={HEIGHT / 2} r="11" />
      <text className="sign" x="20" y={HEIGHT / 2 + 4.5}>
        {sign}
      </text>
      <text className="title" x="38" y="20">
        {titleOf(step, progress) ?? title}
      </text>
      <text className="detail" x="38" y="36">
        {state === "pending" || state === "skipped" ? kind : when}
      </text>
    </g>
  );
}

function End({ x, y, title, isReached }: { x: number; y: number; title: string; isReached: boolean }) {
  return (
    <g className={isReached ? "end end-reached" : "end"} transform={`translate(${x} ${y})`}>
      <rect x="22" width={WIDTH - 44} height={HEIGHT - 12} y="6" rx={HEIGHT / 2} />
      <text x={WIDTH / 2} y={HEIGHT / 2 + 4.5}>
        {title}
      </text>
    </g>
  );
}

function Arrow({ from, to, isTaken }: { from: [number, number]; to: [number, number]; isTaken: boolean }) {
  const isDown = to[1] > from[1];
  const start = from[1] + (isDown ? HEIGHT : 0);
  const end = to[1] + (isDown ? 0 : HEIGHT);
  // The round ends are a little smaller than the boxes.
  const shorter = to[1] === row(0) || to[1] === row(7) ? 6 : 0;
  const longer = from[1] === row(0) ? 6 : 0;
  const sign = isDown ? 1 : -1;
  return (
    <path
      className={isTaken ? "arrow arrow-taken" : "arrow"}
      markerEnd="url(#arrow)"
      d={`M${from[0] + WIDTH / 2} ${start - sign * longer}V${end + sign * shorter}`}
    />
  );
}

/** From a step on the left across to what follows from it on the right. */
function Turn({ from, to }: { from: Place; to: Place }) {
  const middle = (LEFT + WIDTH + RIGHT) / 2;
  return <path className="arrow arrow-turn" markerEnd="url(#arrow)" d={`M${LEFT + WIDTH} ${from.y + HEIGHT / 2}H${middle}V${to.y + HEIGHT / 2}H${RIGHT}`} />;
}

/** Where the saga turned: the step that said no, and what was done about it. A person may cancel in between; then no step did. */
function turnOf(progress: Progress): [Step, Step][] {
  const isNo = (step: Step) => progress[step].state === "refused" || progress[step].state === "failed";
  const step = DOWN.map(([from]) => from).find(isNo);
  if (step && wasReached(progress.Refuse.state)) return [[step, "Refuse"]];
  return isNo("CapturePayment") ? [["CapturePayment", "Attention"]] : [];
}

/** What the picture says, for those who do not see it. */
function description(progress: Progress): string {
  const steps = STEPS.filter((step) => !["pending", "skipped"].includes(progress[step].state));
  return ["The saga.", ...steps.map((step) => `${titleOf(step, progress) ?? PLACES[step].title}: ${LOOKS[progress[step].state].words}.`)].join(" ");
}

function titleOf(step: Step, { decision }: Progress): string | undefined {
  if (step !== "Refuse") return undefined;
  return decision === "rejected" ? "Reject order" : decision === "cancelled" ? "Cancel order" : undefined;
}

const at = (step: Step): [number, number] => [PLACES[step].x, PLACES[step].y];

const wasReached = (state: State): boolean => state !== "pending" && state !== "skipped";

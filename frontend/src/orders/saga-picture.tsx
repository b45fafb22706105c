import { duration, secondsBetween } from "../shared/format";
import { type Progress, progressInWords, type State, stateOf } from "./saga-progress";
import { ATTENTION, COMPENSATIONS, FORWARD, PIVOT, REJECTION, STEPS } from "./saga-steps";

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
const LAST_ROW = FORWARD.length + 1;

const PLACES = new Map(places());

/** Forward goes down on the left. Undoing goes back up on the right, each compensation beside its step. */
function* places(): Generator<[string, Place]> {
  let number = 0;
  let kind = "";
  for (const [index, { name, compensation, isOptional }] of FORWARD.entries()) {
    const y = row(index + 1);
    if (compensation) {
      number += 1;
      yield [compensation.name, { title: inWords(compensation.name), kind: `undoes step ${number}`, x: RIGHT, y }];
    }
    if (name === PIVOT) {
      kind = "only forward now";
      yield [REJECTION, { title: "Reject or cancel", kind: "decide first, then undo", x: RIGHT, y }];
    }
    const kinds = [name === PIVOT ? "the pivot" : kind, compensation && `step ${number}`, isOptional && "if needed"];
    yield [name, { title: inWords(name), kind: kinds.filter(Boolean).join(", "), x: LEFT, y }];
  }
  yield [ATTENTION, { title: inWords(ATTENTION), kind: "if a step keeps failing", x: RIGHT, y: row(LAST_ROW - 1) }];
}

/** The name of a state in words: `ReserveStock` is "Reserve stock". */
function inWords(name: string): string {
  return name.replace(/(?<=.)[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

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

interface SagaPictureProps {
  progress: Progress;
  /** When the order was placed: the times in the picture count from here. */
  placedAt: string;
}

/** The order's saga as it stands: what was done, what was undone, and what is still to come. */
export function SagaPicture({ progress, placedAt }: SagaPictureProps) {
  const isTurned = stateOf(progress, REJECTION) === "taken";
  return (
    <figure className="saga">
      <p>
        An order takes several services, and no transaction spans them. So each step down the left has one on the right that undoes it: when a step
        says no, the saga turns round.
      </p>
      <svg viewBox={`0 0 360 ${row(LAST_ROW) + HEIGHT + 8}`} role="img" aria-label={description(progress)}>
        <defs>
          <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
            <path d="M0 0 8 4 0 8z" />
          </marker>
        </defs>
        <End x={LEFT} y={row(0)} title="Order placed" isReached />
        <End x={RIGHT} y={row(0)} title="All undone" isReached={progress.settled && progress.decision !== "confirmed"} />
        <End x={LEFT} y={row(LAST_ROW)} title="Done" isReached={progress.settled && progress.decision === "confirmed"} />
        <Arrow from={[LEFT, row(0)]} to={[LEFT, row(1)]} isTaken />
        {FORWARD.slice(1).map(({ name }, index) => (
          <Arrow key={name} from={[LEFT, row(index + 1)]} to={[LEFT, row(index + 2)]} isTaken={isReachedFrom(progress, index + 1)} />
        ))}
        <Arrow from={[LEFT, row(LAST_ROW - 1)]} to={[LEFT, row(LAST_ROW)]} isTaken={stateOf(progress, FORWARD.at(-1)?.name ?? "") === "taken"} />
        {COMPENSATIONS.map((name, index) => (
          <Arrow key={name} from={at(COMPENSATIONS[index - 1] ?? REJECTION)} to={at(name)} isTaken={isTurned} />
        ))}
        <Arrow from={at(COMPENSATIONS.at(-1) ?? REJECTION)} to={[RIGHT, row(0)]} isTaken={isTurned && progress.settled} />
        {FORWARD.filter(({ compensation }) => compensation).map(({ name }) => (
          <path key={name} className="pair" d={`M${LEFT + WIDTH} ${at(name)[1] + HEIGHT / 2}H${RIGHT}`} />
        ))}
        {turnOf(progress).map(([from, to]) => (
          <Turn key={from} from={at(from)[1]} to={at(to)[1]} />
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

function StepBox({ step, progress, placedAt }: { step: string } & SagaPictureProps) {
  const [x, y] = at(step);
  const state = stateOf(progress, step);
  const time = progress.marks[step]?.at;
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
        {titleOf(step, progress)}
      </text>
      <text className="detail" x="38" y="36">
        {state === "pending" || state === "skipped" ? PLACES.get(step)?.kind : when}
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
  const shorter = to[1] === row(0) || to[1] === row(LAST_ROW) ? 6 : 0;
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
function Turn({ from, to }: { from: number; to: number }) {
  const middle = (LEFT + WIDTH + RIGHT) / 2;
  return <path className="arrow arrow-turn" markerEnd="url(#arrow)" d={`M${LEFT + WIDTH} ${from + HEIGHT / 2}H${middle}V${to + HEIGHT / 2}H${RIGHT}`} />;
}

/** Where the saga turned: the step that said no, and what was done about it. A person may cancel in between; then no step did. */
function turnOf(progress: Progress): [string, string][] {
  const pivot = FORWARD.findIndex(({ name }) => name === PIVOT);
  const saidNo = FORWARD.findIndex(({ name }) => ["refused", "failed"].includes(stateOf(progress, name)));
  const step = FORWARD[saidNo]?.name;
  if (step === undefined) return [];
  if (saidNo > pivot) return [[step, ATTENTION]];
  return wasReached(stateOf(progress, REJECTION)) ? [[step, REJECTION]] : [];
}

/** What the picture says, for those who do not see it. */
function description(progress: Progress): string {
  const steps = STEPS.filter((step) => wasReached(stateOf(progress, step)));
  return ["The saga.", ...steps.map((step) => `${titleOf(step, progress)}: ${LOOKS[stateOf(progress, step)].words}.`)].join(" ");
}

function titleOf(step: string, { decision }: Progress): string {
  if (step === REJECTION && decision === "rejected") return "Reject order";
  if (step === REJECTION && decision === "cancelled") return "Cancel order";
  return PLACES.get(step)?.title ?? step;
}

function at(step: string): [number, number] {
  const { x, y } = PLACES.get(step) ?? { x: LEFT, y: row(0) };
  return [x, y];
}

/** Whether a step of the left side was reached, or one after it: an optional one may have been left out. */
const isReachedFrom = (progress: Progress, index: number): boolean => FORWARD.slice(index).some(({ name }) => wasReached(stateOf(progress, name)));

const wasReached = (state: State): boolean => state !== "pending" && state !== "skipped";

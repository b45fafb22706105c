import Button from "@cloudscape-design/components/button";
import { useId } from "react";
import { moment as inWords } from "../shared/format";

interface AsOfSliderProps {
  /** The times of the events, oldest first. */
  times: string[];
  /** The time that is shown; null for now. */
  moment: string | null;
  choose: (moment: string | null) => void;
}

/** Shows the order at an earlier time, event by event: the API folds its view from the events up to that time. */
export function AsOfSlider({ times, moment, choose }: AsOfSliderProps) {
  const id = useId();
  const last = times.length - 1;
  const position = moment === null ? last : Math.max(0, times.lastIndexOf(moment));
  if (last < 1) return null;
  return (
    <div className="as-of">
      <label htmlFor={id}>As it stood</label>
      <input
        id={id}
        type="range"
        min={0}
        max={last}
        value={position}
        aria-valuetext={moment === null ? "now" : inWords(moment)}
        onChange={({ target }) => choose(Number(target.value) === last ? null : (times[Number(target.value)] ?? null))}
      />
      <output htmlFor={id}>{moment === null ? "now" : `at ${inWords(moment)}`}</output>
      {moment !== null && (
        <Button variant="inline-link" onClick={() => choose(null)}>
          Back to now
        </Button>
      )}
    </div>
  );
}

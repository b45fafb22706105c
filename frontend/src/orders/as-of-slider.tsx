import Button from "@cloudscape-design/components/button";
import { useId } from "react";
import { messages } from "../messages";
import { formatTime } from "../shared/format";

interface AsOfSliderProps {
  /** The times of the events, oldest first. */
  times: string[];
  /** The selected time; null for the current state. */
  selected: string | null;
  onChange: (time: string | null) => void;
}

/** Selects an earlier time, event by event. The API folds the view of the order from the events up to that time. */
export function AsOfSlider({ times, selected, onChange }: AsOfSliderProps) {
  const id = useId();
  const last = times.length - 1;
  const position = selected === null ? last : Math.max(0, times.lastIndexOf(selected));
  const text = selected === null ? messages.order.now : formatTime(selected);
  if (last < 1) return null;
  return (
    <div className="as-of">
      <label htmlFor={id}>{messages.order.asOf}</label>
      <input
        id={id}
        type="range"
        min={0}
        max={last}
        value={position}
        aria-valuetext={text}
        onChange={({ target }) => onChange(Number(target.value) === last ? null : (times[Number(target.value)] ?? null))}
      />
      <output htmlFor={id}>{text}</output>
      {selected !== null && (
        <Button variant="inline-link" onClick={() => onChange(null)}>
          {messages.order.backToNow}
        </Button>
      )}
    </div>
  );
}

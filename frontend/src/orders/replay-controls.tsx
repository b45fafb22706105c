import Button from "@cloudscape-design/components/button";
import ToggleButton from "@cloudscape-design/components/toggle-button";
import type { ReactNode } from "react";
import { messages } from "../messages";
import { formatDuration, secondsBetween } from "../shared/format";
import { eventDescription } from "./order-status";
import { isAtEnd, moveTo, pause, play, positionOf, skipToNow } from "./replay";
import type { ReplayedEvents } from "./use-replay";

const { replay: texts } = messages;

/** Plays the events of the order, step by step: forward, backward, slowly, or to the current state. */
export function ReplayControls({ replay, setReplay, events, shown }: ReplayedEvents) {
  const position = positionOf(replay, events);
  const atEnd = isAtEnd(replay, events);
  const isPlaying = !atEnd && replay.mode !== "paused";
  const newest = shown.at(-1);
  const step = messages.replay.step(position + 1, events.length);
  const seek = (index: number) => setReplay(moveTo(replay, events, index, Date.now()));
  return (
    <section className="replay" aria-label={texts.title}>
      <div className="replay-buttons">
        <IconButton label={texts.stepBack} icon={<path d="M4 3v10M13 3 7 8l6 5z" />} onClick={() => seek(position - 1)} />
        <IconButton
          isPrimary
          label={isPlaying ? texts.pause : atEnd ? texts.playAgain : texts.play}
          icon={isPlaying ? <path d="M5 3v10M11 3v10" /> : <path d="m4 2.5 9 5.5-9 5.5z" />}
          onClick={() => setReplay(isPlaying ? pause(replay) : play(replay, events, Date.now()))}
        />
        <IconButton label={texts.stepForward} icon={<path d="M12 3v10M3 3l6 5-6 5z" />} onClick={() => seek(position + 1)} />
        <input
          type="range"
          min={0}
          max={events.length - 1}
          value={position}
          aria-label={texts.position}
          aria-valuetext={`${step} ${newest?.type ?? ""}`}
          onChange={({ target }) => seek(Number(target.value))}
        />
        <ToggleButton
          pressed={replay.speed === 0.25}
          ariaLabel={texts.slowly}
          onChange={({ detail }) => setReplay({ ...replay, speed: detail.pressed ? 0.25 : 1 })}
        >
          {texts.quarterSpeed}
        </ToggleButton>
        <Button disabled={atEnd} onClick={() => setReplay(skipToNow(replay, events, Date.now()))}>
          {texts.skipToNow}
        </Button>
      </div>
      <p className="replay-caption" aria-live="polite">
        <span className="replay-step">{step}</span>
        {newest && (
          <span>
            <strong>{newest.type}</strong> {eventDescription(newest.type)}
          </span>
        )}
        <span className="time">{newest && `+${formatDuration(Math.max(0, secondsBetween(events[0]?.time ?? newest.time, newest.time)))}`}</span>
      </p>
    </section>
  );
}

function IconButton({ label, icon, onClick, isPrimary = false }: { label: string; icon: ReactNode; onClick: () => void; isPrimary?: boolean }) {
  const svg = (
    <svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {icon}
    </svg>
  );
  return <Button variant={isPrimary ? "primary" : "normal"} ariaLabel={label} iconSvg={svg} onClick={onClick} />;
}

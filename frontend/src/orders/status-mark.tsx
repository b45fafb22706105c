import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { moodOf, shortStatus } from "./order-words";

/** An order's status in a word, with a sign. */
export const StatusMark = ({ status }: { status: string }) => (
  <StatusIndicator type={moodOf(status)}>{shortStatus(status)}</StatusIndicator>
);

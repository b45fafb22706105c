// The texts of the picture under the hood, in the style of messages.ts. Separate, because only its tab loads them.
import { formatCount } from "../shared/format";

export const hoodMessages = {
  introduction:
    "The path of this order’s events through the application. A service writes its state and its event in one write. The " +
    "relay archives the event first and publishes it second. Each queue gets the events that its filter lets pass, and a " +
    "state machine leads back to the services.",
  picture: "Picture of the application",
  events: "Events so far",
  noEvents: "No event has happened yet at this time.",
  partLabel: (name: string, detail: string) => `${name} ${detail}`,
  partOnPath: (name: string, detail: string, event: string) => `${name} ${detail}, on the path of ${event}`,
  kinds: {
    api: "API Gateway",
    function: "Lambda",
    table: "DynamoDB",
    stateMachine: "Step Functions",
    queue: "SQS",
    topic: "SNS topic",
    firehose: "Firehose",
    bucket: "S3",
    email: "SES",
  },
  allEvents: "SQS, all events",
  filteredEvents: (types: number) => `SQS, ${formatCount(types, "type")}`,
  path: "Path",
  step: "Saga step",
  object: "Object in the event store",
  notDelivered: (seconds: number) => (seconds > 0 ? `Not delivered yet. Firehose delivers it within ${seconds} s.` : "Not delivered yet."),
  sources: "Source files",
  copy: "Copy",
  copied: "Copied",
  copyFailed: "Could not copy",
  json: "CloudEvent",
  filter: "Filter of the subscription",
  passed: "Events that passed",
  nonePassed: "No event of this order so far.",
  logLines: "Log lines",
  noLogLines: "No log lines yet.",
  allLogLines: (lines: number) => `All ${formatCount(lines, "log line")} of this order`,
  loadingTrace: "Loading logs and objects",
  traceOff:
    "This deployment has no sandbox providers, so its API does not show logs and objects of the event store. An operator " +
    "finds the log lines with the saved query one-order in CloudWatch Logs Insights.",
  traceFailed: (reason: string) => `The logs and objects could not be read. ${reason}`,
} as const;

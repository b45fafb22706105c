// The path of an event through the parts of the application. Pure functions on a file that is generated from the template.
import generated from "./event-paths.json";

/** The members of an event that its path depends on. */
export interface TracedEvent {
  id: string;
  type: string;
  data?: Record<string, unknown>;
}

/** How an event comes about. */
export interface Producer {
  /** The saga step that records the event. */
  step?: string;
  /** What leads to the function, such as the API or a state machine. */
  from: string[];
  function: string;
  /** The paths of the source files in the repository. */
  sources: string[];
  /** The producer holds only for events with this actor in their data. */
  decided_by?: string;
}

/** A queue that subscribes to the topic, its function, and what the function changes. */
export interface Consumer {
  queue: string;
  filter: { type?: string[]; decided_by?: string[] };
  function: string;
  targets: string[];
}

export interface Service {
  name: string;
  functions: string[];
  table: string;
}

interface EventPaths {
  services: Service[];
  webhooks: string[];
  relay: string;
  archive: string[];
  topic: string;
  consumers: Consumer[];
  producers: Partial<Record<string, Producer[]>>;
  sources: Partial<Record<string, string>>;
}

/** The parts of the picture, by their logical ids in the template. */
export const PARTS: EventPaths = generated;
export const API = "Api";

/** How the event came about. Undefined for a type that the file does not have. */
export function producerOf(event: TracedEvent): Producer | undefined {
  const producers = PARTS.producers[event.type] ?? [];
  return producers.find(({ decided_by }) => decided_by !== undefined && decided_by === event.data?.["decided_by"]) ?? producers[0];
}

/** Whether the filter of the queue lets the event pass. */
export function accepts({ filter }: Consumer, event: TracedEvent): boolean {
  const actor = event.data?.["decided_by"];
  return (filter.type?.includes(event.type) ?? true) && (filter.decided_by?.includes(String(actor)) ?? true);
}

/** The ways of the event, each from its cause to an end: the event store, and what each consumer changes. */
export function branchesOf(event: TracedEvent): string[][] {
  const producer = producerOf(event);
  const table = PARTS.services.find((service) => service.functions.includes(producer?.function ?? ""))?.table;
  if (!producer || !table) return [];
  const trunk = [...producer.from, producer.function, table, PARTS.relay];
  const consumers = PARTS.consumers.filter((consumer) => accepts(consumer, event));
  return [
    [...trunk, ...PARTS.archive],
    ...consumers.map((consumer) => [...trunk, PARTS.topic, consumer.queue, consumer.function, ...consumer.targets]),
  ];
}

/** The ways of the event as text: from its cause to the event store, then from the topic to what each consumer changes. */
export const stretchesOf = (event: TracedEvent): string[][] => branchesOf(event).map((branch) => branch.slice(Math.max(0, branch.indexOf(PARTS.topic))));

/** The parts that the event passes, in no particular order. */
export const partsOf = (event: TracedEvent): Set<string> => new Set(branchesOf(event).flat());

/** Every way that an event can take. */
export function allBranches(): string[][] {
  const producers = Object.entries(PARTS.producers).flatMap(([type, all = []]) => all.map(({ decided_by }) => ({ type, decided_by })));
  const ways = producers.flatMap(({ type, decided_by }) => branchesOf({ id: type, type, data: { decided_by } }));
  const ends = PARTS.consumers.map((consumer) => [PARTS.topic, consumer.queue, consumer.function, ...consumer.targets]);
  return [...ways, ...ends];
}

export type Kind = "api" | "function" | "table" | "stateMachine" | "queue" | "topic" | "firehose" | "bucket" | "email";

const SUFFIXES: Record<string, Kind> = {
  Function: "function",
  Table: "table",
  StateMachine: "stateMachine",
  Queue: "queue",
  Topic: "topic",
  Stream: "firehose",
  Bucket: "bucket",
};

/** The kind of a part, and its name without the kind: "OrdersTable" is the table "Orders". */
export function describePart(part: string): { kind: Kind; name: string } {
  if (part === API) return { kind: "api", name: "REST API" };
  const suffix = Object.keys(SUFFIXES).find((each) => part.endsWith(each));
  return { kind: SUFFIXES[suffix ?? ""] ?? "email", name: suffix ? part.slice(0, -suffix.length) : "Email" };
}

import Button from "@cloudscape-design/components/button";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ErrorNotice } from "../shared/error-notice";
import { PageTitle } from "../shared/page-title";
import { Loading } from "../shared/loading";
import { QueryResult } from "../shared/query-result";
import { count, duration, moment } from "../shared/format";
import { type DeadLettersOfQueue, deadLettersQuery, redrive } from "./console-api";

export default function DeadLettersPage() {
  const queues = useQuery(deadLettersQuery);
  return (
    <>
      <PageTitle>Dead letters</PageTitle>
      <p className="lead">
        What could not be dealt with, and why. Mend the cause first; a redrive then sends it to where it came from, once more.
      </p>
      <QueryResult query={queues} loading={<Loading lines={8} label="Loading the dead letters" />}>
        {(data) => (
          <ul className="queues">
            {data.map((queue) => (
              <Queue key={queue.queue} queue={queue} />
            ))}
          </ul>
        )}
      </QueryResult>
    </>
  );
}

function Queue({ queue }: { queue: DeadLettersOfQueue }) {
  const queries = useQueryClient();
  const redriving = useMutation({
    mutationFn: () => redrive(queue.queue),
    onSettled: () => queries.invalidateQueries(deadLettersQuery),
  });
  const { oldest_age_seconds: age } = queue;
  return (
    <li className="panel" data-queue={queue.queue}>
      <div className="page-title">
        <h2>{queue.queue}</h2>
        {queue.depth > 0 ? (
          <StatusIndicator type="warning">
            {count(queue.depth, "message")}
            {age !== undefined && `, the oldest for ${duration(age)}`}
          </StatusIndicator>
        ) : (
          <StatusIndicator type="success">Empty</StatusIndicator>
        )}
        <Button disabled={queue.depth === 0} loading={redriving.isPending} ariaLabel={`Redrive ${queue.queue}`} onClick={() => redriving.mutate()}>
          Redrive
        </Button>
      </div>
      {redriving.data && (
        <p role="status">
          Sent {count(redriving.data.sent, "message")} once more.
          {!redriving.data.finished && " There are more: redrive again."}
        </p>
      )}
      {redriving.error && <ErrorNotice error={redriving.error} />}
      {queue.messages.map((message) => (
        <details key={message.message_id}>
          <summary>
            {message.cause ?? "No cause is known."} <span className="hint">{moment(message.sent_at)}</span>
          </summary>
          <pre tabIndex={0} aria-label="The message">
            {message.body}
          </pre>
        </details>
      ))}
    </li>
  );
}

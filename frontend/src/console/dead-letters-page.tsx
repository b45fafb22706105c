import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ErrorNotice } from "../shared/error-notice";
import { count, duration, moment } from "../shared/format";
import { Loading } from "../shared/loading";
import { PageTitle } from "../shared/page-title";
import { QueryResult } from "../shared/query-result";
import { type DeadLettersOfQueue, deadLettersQuery, redrive } from "./console-api";

export default function DeadLettersPage() {
  const queues = useQuery(deadLettersQuery);
  return (
    <>
      <PageTitle description="What could not be dealt with, and why. Mend the cause first; a redrive then sends it to where it came from, once more.">
        Dead letters
      </PageTitle>
      <QueryResult query={queues} loading={<Loading lines={8} label="Loading the dead letters" />}>
        {(data) => (
          <ul className="stack">
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
    <li data-queue={queue.queue}>
      <Container
        header={
          <Header
            variant="h2"
            description={
              queue.depth > 0 ? (
                <StatusIndicator type="warning">
                  {count(queue.depth, "message")}
                  {age !== undefined && `, the oldest for ${duration(age)}`}
                </StatusIndicator>
              ) : (
                <StatusIndicator type="success">Empty</StatusIndicator>
              )
            }
            actions={
              <Button disabled={queue.depth === 0} loading={redriving.isPending} ariaLabel={`Redrive ${queue.queue}`} onClick={() => redriving.mutate()}>
                Redrive
              </Button>
            }
          >
            {queue.queue}
          </Header>
        }
      >
        {redriving.data && (
          <div role="status">
            <Alert type="success">
              Sent {count(redriving.data.sent, "message")} once more.
              {!redriving.data.finished && " There are more: redrive again."}
            </Alert>
          </div>
        )}
        {redriving.error && <ErrorNotice error={redriving.error} />}
        {queue.messages.map((message) => (
          <details key={message.message_id}>
            <summary>
              {message.cause ?? "No cause is known."} <Box variant="small">{moment(message.sent_at)}</Box>
            </summary>
            <pre tabIndex={0} aria-label="The message">
              {message.body}
            </pre>
          </details>
        ))}
      </Container>
    </li>
  );
}

import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { messages } from "../messages";
import { ConfirmDialog } from "../shared/confirm-dialog";
import { ErrorNotice } from "../shared/error-notice";
import { formatDuration, formatTime } from "../shared/format";
import { Loading } from "../shared/loading";
import { PageTitle } from "../shared/page-title";
import { QueryResult } from "../shared/query-result";
import { useSingleMutation } from "../shared/single-mutation";
import { type DeadLettersOfQueue, deadLettersQuery, redrive } from "./console-api";

export default function DeadLettersPage() {
  const queues = useQuery(deadLettersQuery);
  return (
    <>
      <PageTitle description={messages.deadLetters.description}>{messages.deadLetters.title}</PageTitle>
      <QueryResult query={queues} loading={<Loading lines={8} label={messages.deadLetters.loading} />}>
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
  const [isAsking, setAsking] = useState(false);
  const queryClient = useQueryClient();
  const redriving = useSingleMutation({
    mutationFn: () => redrive(queue.queue),
    onSettled: () => queryClient.invalidateQueries(deadLettersQuery),
  });
  const confirmRedrive = () => {
    setAsking(false);
    redriving.mutate();
  };
  return (
    <li data-queue={queue.queue}>
      <Container
        header={
          <Header
            variant="h2"
            description={<Depth depth={queue.depth} oldestAgeSeconds={queue.oldest_age_seconds} />}
            actions={
              <Button
                disabled={queue.depth === 0}
                loading={redriving.isPending}
                ariaLabel={messages.deadLetters.redriveQueue(queue.queue)}
                onClick={() => setAsking(true)}
              >
                {messages.deadLetters.redrive}
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
              {redriving.data.finished
                ? messages.deadLetters.redriven(redriving.data.sent)
                : messages.deadLetters.redrivenInPart(redriving.data.sent)}
            </Alert>
          </div>
        )}
        {redriving.error && <ErrorNotice error={redriving.error} />}
        {queue.messages.map((message) => (
          <details key={message.message_id}>
            <summary>
              {message.cause ?? messages.deadLetters.unknownCause} <Box variant="small">{formatTime(message.sent_at)}</Box>
            </summary>
            <pre tabIndex={0} aria-label={messages.deadLetters.message}>
              {message.body}
            </pre>
          </details>
        ))}
      </Container>
      {isAsking && (
        <ConfirmDialog
          title={messages.deadLetters.redriveQuestion(queue.queue)}
          confirm={messages.deadLetters.redrive}
          onConfirm={confirmRedrive}
          onDismiss={() => setAsking(false)}
        >
          {messages.deadLetters.redriveEffect(queue.depth)}
        </ConfirmDialog>
      )}
    </li>
  );
}

function Depth({ depth, oldestAgeSeconds: age }: { depth: number; oldestAgeSeconds: number | undefined }) {
  if (depth === 0) return <StatusIndicator type="success">{messages.deadLetters.empty}</StatusIndicator>;
  return (
    <StatusIndicator type="warning">
      {age === undefined ? messages.deadLetters.depth(depth) : messages.deadLetters.depthAndAge(depth, formatDuration(age))}
    </StatusIndicator>
  );
}

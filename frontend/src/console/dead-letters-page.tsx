import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ConfirmDialog } from "../shared/confirm-dialog";
import { ErrorNotice } from "../shared/error-notice";
import { formatDuration, formatTime } from "../shared/format";
import { Hint } from "../shared/hint";
import { Loading } from "../shared/loading";
import { PageTitle } from "../shared/page-title";
import { QueryResult } from "../shared/query-result";
import { useSingleMutation } from "../shared/single-mutation";
import { type DeadLettersOfQueue, deadLettersQuery, redrive } from "./console-api";
import { consoleMessages } from "./console-messages";
import { useNotify } from "./notices";

export default function DeadLettersPage() {
  const queues = useQuery(deadLettersQuery);
  return (
    <>
      <PageTitle description={consoleMessages.deadLetters.description}>{consoleMessages.deadLetters.title}</PageTitle>
      <QueryResult query={queues} loading={<Loading lines={8} label={consoleMessages.deadLetters.loading} />}>
        {(data) => <Queues queues={data} />}
      </QueryResult>
    </>
  );
}

/** The queues with messages, and the others in one line. */
function Queues({ queues }: { queues: DeadLettersOfQueue[] }) {
  const full = queues.filter(({ depth }) => depth > 0);
  const empty = queues.length - full.length;
  return (
    <ul className="stack">
      {full.map((queue) => (
        <Queue key={queue.queue} queue={queue} />
      ))}
      {empty > 0 && (
        <li>
          <Container>
            <StatusIndicator type="success">
              {full.length > 0 ? consoleMessages.deadLetters.emptyRest(empty) : consoleMessages.deadLetters.empty(empty)}
            </StatusIndicator>
          </Container>
        </li>
      )}
    </ul>
  );
}

function Queue({ queue }: { queue: DeadLettersOfQueue }) {
  const [isAsking, setAsking] = useState(false);
  const queryClient = useQueryClient();
  const notify = useNotify();
  const redriving = useSingleMutation({
    mutationFn: () => redrive(queue.queue),
    onSuccess: ({ sent, finished }) =>
      notify(finished ? consoleMessages.deadLetters.redriven(sent, queue.queue) : consoleMessages.deadLetters.redrivenInPart(sent, queue.queue)),
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
                loading={redriving.isPending}
                ariaLabel={consoleMessages.deadLetters.redriveQueue(queue.queue)}
                onClick={() => setAsking(true)}
              >
                {consoleMessages.deadLetters.redrive}
              </Button>
            }
          >
            {queue.queue}
          </Header>
        }
      >
        {redriving.error && (
          <Box margin={{ bottom: "s" }}>
            <ErrorNotice error={redriving.error} />
          </Box>
        )}
        {queue.messages.map((message) => (
          <details key={message.message_id}>
            <summary>
              {message.cause ?? consoleMessages.deadLetters.unknownCause} <Box variant="small">{formatTime(message.sent_at)}</Box>
            </summary>
            <pre tabIndex={0} aria-label={consoleMessages.deadLetters.message}>
              {message.body}
            </pre>
          </details>
        ))}
        {queue.messages.length < queue.depth && <Hint>{consoleMessages.deadLetters.sample(queue.messages.length, queue.depth)}</Hint>}
      </Container>
      {isAsking && (
        <ConfirmDialog
          title={consoleMessages.deadLetters.redriveQuestion(queue.queue)}
          confirm={consoleMessages.deadLetters.redrive}
          onConfirm={confirmRedrive}
          onDismiss={() => setAsking(false)}
        >
          {consoleMessages.deadLetters.redriveEffect(queue.depth)}
        </ConfirmDialog>
      )}
    </li>
  );
}

function Depth({ depth, oldestAgeSeconds: age }: { depth: number; oldestAgeSeconds: number | undefined }) {
  return (
    <StatusIndicator type="warning">
      {age === undefined ? consoleMessages.deadLetters.depth(depth) : consoleMessages.deadLetters.depthAndAge(depth, formatDuration(age))}
    </StatusIndicator>
  );
}

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { isNotFound } from "../api/api-error";
import { messages } from "../messages";
import { EmptyState } from "../shared/empty-state";
import { ErrorNotice } from "../shared/error-notice";
import { formatDuration, secondsBetween } from "../shared/format";
import { Loading } from "../shared/loading";
import { PageTitle } from "../shared/page-title";
import { QueryResult } from "../shared/query-result";
import { useSingleMutation } from "../shared/single-mutation";
import { type Rebuild, rebuildQuery, startRebuild } from "./console-api";

const KEY = "rebuild";

export default function ViewsPage() {
  const [rebuildId, setRebuildId] = useState(sessionStorage.getItem(KEY));
  const starting = useSingleMutation({
    mutationFn: startRebuild,
    onSuccess: (id) => {
      sessionStorage.setItem(KEY, id);
      setRebuildId(id);
    },
  });
  const rebuild = useQuery(rebuildQuery(rebuildId));
  const isRunning = starting.isPending || rebuild.data?.status === "RUNNING";
  // A deployment that cannot rebuild its views does not have this route.
  if (isNotFound(starting.error)) return <RebuildUnsupported />;
  return (
    <>
      <PageTitle
        description={messages.views.description}
        actions={
          <Button variant="primary" disabled={isRunning} loading={starting.isPending} onClick={() => starting.mutate()}>
            {messages.views.rebuild}
          </Button>
        }
      >
        {messages.views.title}
      </PageTitle>
      {starting.error && <ErrorNotice error={starting.error} retry={() => starting.mutate()} />}
      {starting.isPending ? (
        <Loading lines={3} label={messages.views.starting} />
      ) : rebuildId === null ? (
        <EmptyState title={messages.views.emptyTitle}>{messages.views.empty}</EmptyState>
      ) : (
        <QueryResult
          query={rebuild}
          loading={<Loading lines={3} label={messages.views.loading} />}
          notFound={<EmptyState title={messages.views.expired} />}
        >
          {(data) => <Progress rebuild={data} />}
        </QueryResult>
      )}
    </>
  );
}

function RebuildUnsupported() {
  return (
    <>
      <PageTitle>{messages.views.title}</PageTitle>
      <EmptyState title={messages.views.unsupported} />
    </>
  );
}

const STATUS = { RUNNING: "in-progress", SUCCEEDED: "success", FAILED: "error" } as const;

function Progress({ rebuild }: { rebuild: Rebuild }) {
  const { objects, events, started_at, ended_at } = rebuild;
  const percentage = objects.total > 0 ? (100 * (objects.done + objects.failed)) / objects.total : rebuild.status === "SUCCEEDED" ? 100 : 0;
  const time = formatDuration(Math.max(0, secondsBetween(started_at, ended_at ?? new Date().toISOString())));
  return (
    <Container>
      <ProgressBar
        status={STATUS[rebuild.status]}
        value={percentage}
        label={messages.views.rebuildId(rebuild.rebuild_id)}
        description={messages.views.progress(objects.done, objects.total)}
        additionalInfo={messages.views.replayed(events.applied, time)}
        resultText={rebuild.status === "SUCCEEDED" ? messages.views.succeeded(events.applied, time) : messages.views.failed(objects.failed)}
      />
      {events.unreadable > 0 && (
        <Box color="text-status-error">{messages.views.unreadable(events.unreadable, rebuild.result_file)}</Box>
      )}
    </Container>
  );
}

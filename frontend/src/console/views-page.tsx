import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { isNotFound } from "../api/api-error";
import { EmptyState } from "../shared/empty-state";
import { ErrorNotice } from "../shared/error-notice";
import { formatDuration, secondsBetween } from "../shared/format";
import { Loading } from "../shared/loading";
import { PageTitle } from "../shared/page-title";
import { QueryResult } from "../shared/query-result";
import { useSingleMutation } from "../shared/single-mutation";
import { type Rebuild, rebuildQuery, startRebuild } from "./console-api";
import { consoleMessages } from "./console-messages";
import { useNotify } from "./notices";

const KEY = "rebuild";

export default function ViewsPage() {
  const [rebuildId, setRebuildId] = useState(sessionStorage.getItem(KEY));
  const notify = useNotify();
  const starting = useSingleMutation({
    mutationFn: startRebuild,
    onSuccess: (id) => {
      sessionStorage.setItem(KEY, id);
      setRebuildId(id);
      notify(consoleMessages.views.started(id.slice(0, 8)), "info");
    },
  });
  const rebuild = useQuery(rebuildQuery(rebuildId));
  const isRunning = starting.isPending || rebuild.data?.status === "RUNNING";
  // A deployment that cannot rebuild its views does not have this route.
  if (isNotFound(starting.error)) return <RebuildUnsupported />;
  return (
    <>
      <PageTitle
        description={consoleMessages.views.description}
        actions={
          <Button variant="primary" disabled={isRunning} loading={starting.isPending} onClick={() => starting.mutate()}>
            {consoleMessages.views.rebuild}
          </Button>
        }
      >
        {consoleMessages.views.title}
      </PageTitle>
      <SpaceBetween size="l">
        {starting.error && <ErrorNotice error={starting.error} retry={() => starting.mutate()} />}
        {starting.isPending ? (
          <Loading lines={3} label={consoleMessages.views.starting} />
        ) : rebuildId === null ? (
          <EmptyState title={consoleMessages.views.emptyTitle}>{consoleMessages.views.empty}</EmptyState>
        ) : (
          <QueryResult
            query={rebuild}
            loading={<Loading lines={3} label={consoleMessages.views.loading} />}
            notFound={<EmptyState title={consoleMessages.views.expired} />}
          >
            {(data) => <Progress rebuild={data} />}
          </QueryResult>
        )}
      </SpaceBetween>
    </>
  );
}

function RebuildUnsupported() {
  return (
    <>
      <PageTitle>{consoleMessages.views.title}</PageTitle>
      <EmptyState title={consoleMessages.views.unsupported} />
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
        label={consoleMessages.views.rebuildId(rebuild.rebuild_id)}
        description={consoleMessages.views.progress(objects.done, objects.total)}
        additionalInfo={consoleMessages.views.replayed(events.applied, time)}
        resultText={rebuild.status === "SUCCEEDED" ? consoleMessages.views.succeeded(events.applied, time) : consoleMessages.views.failed(objects.failed)}
      />
      {events.unreadable > 0 && (
        <Box color="text-status-error">{consoleMessages.views.unreadable(events.unreadable, rebuild.result_file)}</Box>
      )}
    </Container>
  );
}

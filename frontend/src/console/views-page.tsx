import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { isNotFound } from "../api/api-error";
import { EmptyNotice } from "../shared/empty-notice";
import { ErrorNotice } from "../shared/error-notice";
import { count, duration, secondsBetween } from "../shared/format";
import { Loading } from "../shared/loading";
import { PageTitle } from "../shared/page-title";
import { QueryResult } from "../shared/query-result";
import { type Rebuild, rebuildQuery, startRebuild } from "./console-api";

const PLACE = "rebuild";

export default function ViewsPage() {
  const [rebuildId, setRebuildId] = useState(sessionStorage.getItem(PLACE));
  const starting = useMutation({
    mutationFn: startRebuild,
    onSuccess: (id) => {
      sessionStorage.setItem(PLACE, id);
      setRebuildId(id);
    },
  });
  const rebuild = useQuery(rebuildQuery(rebuildId));
  const runs = starting.isPending || rebuild.data?.status === "RUNNING";
  // A deployment without rebuilding has no such address.
  if (isNotFound(starting.error)) return <CannotRebuild />;
  return (
    <>
      <PageTitle
        description="What customers see is folded from the events. A rebuild folds all events of the event store once more, while the shop goes on."
        actions={
          <Button variant="primary" disabled={runs} loading={starting.isPending} onClick={() => starting.mutate()}>
            Rebuild the views
          </Button>
        }
      >
        Views
      </PageTitle>
      {starting.error && <ErrorNotice error={starting.error} retry={() => starting.mutate()} />}
      {starting.isPending ? (
        <Loading lines={3} label="Starting the rebuild" />
      ) : rebuildId === null ? (
        <EmptyNotice title="No rebuild was started here.">It is needed when the mapping from events to views has changed.</EmptyNotice>
      ) : (
        <QueryResult
          query={rebuild}
          loading={<Loading lines={3} label="Loading the rebuild" />}
          notFound={<EmptyNotice title="The last rebuild is not known any more." />}
        >
          {(data) => <Progress rebuild={data} />}
        </QueryResult>
      )}
    </>
  );
}

function CannotRebuild() {
  return (
    <>
      <PageTitle>Views</PageTitle>
      <EmptyNotice title="This deployment cannot rebuild its views." />
    </>
  );
}

const STATUS = { RUNNING: "in-progress", SUCCEEDED: "success", FAILED: "error" } as const;

function Progress({ rebuild }: { rebuild: Rebuild }) {
  const { objects, events, started_at, ended_at } = rebuild;
  const share = objects.total > 0 ? (100 * (objects.done + objects.failed)) / objects.total : rebuild.status === "SUCCEEDED" ? 100 : 0;
  const seconds = secondsBetween(started_at, ended_at ?? new Date().toISOString());
  return (
    <Container>
      <ProgressBar
        status={STATUS[rebuild.status]}
        value={share}
        label={`Rebuild ${rebuild.rebuild_id}`}
        description={`${objects.done.toLocaleString()} of ${count(objects.total, "object")}`}
        additionalInfo={`${count(events.applied, "event")} in ${duration(Math.max(0, seconds))}`}
        resultText={
          rebuild.status === "SUCCEEDED"
            ? `The views are the fold of the store: ${count(events.applied, "event")} in ${duration(Math.max(0, seconds))}.`
            : `${count(objects.failed, "object")} could not be read.`
        }
      />
      {events.unreadable > 0 && (
        <Box color="text-status-error">
          {count(events.unreadable, "event")} could not be read. Which, and why: <code>{rebuild.result_file}</code> in the event store’s bucket.
        </Box>
      )}
    </Container>
  );
}

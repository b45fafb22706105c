import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { messages } from "../messages";
import { ErrorNotice } from "../shared/error-notice";
import { Hint } from "../shared/hint";
import { resolveTask, type Task, tasksQuery, type Verdict } from "./console-api";

const VERDICTS: Record<Verdict, { label: string; effect: string }> = messages.tasks.verdicts;

/** Resolves a task: a comment, and a button for each verdict that the task allows. */
export function TaskForm({ task }: { task: Task }) {
  const [comment, setComment] = useState("");
  const [wasCommentMissing, setCommentMissing] = useState(false);
  const queryClient = useQueryClient();
  const resolving = useMutation({
    mutationFn: (verdict: Verdict) => resolveTask(task.task_id, verdict, comment.trim()),
    onSettled: () => queryClient.invalidateQueries(tasksQuery),
  });
  const submit = (verdict: Verdict) => {
    const isMissing = verdict === "resolve" && !comment.trim();
    setCommentMissing(isMissing);
    if (!isMissing) resolving.mutate(verdict);
  };
  // The type of `decisions` contains `timeout`, which an operator cannot select.
  const verdicts = (task.decisions ?? []).filter((verdict): verdict is Verdict => verdict in VERDICTS);
  return (
    <SpaceBetween size="s">
      <FormField
        label={messages.tasks.comment}
        constraintText={messages.tasks.commentHint}
        errorText={wasCommentMissing && !comment.trim() && messages.tasks.commentMissing}
      >
        <Input value={comment} onChange={({ detail }) => setComment(detail.value.slice(0, 200))} />
      </FormField>
      {resolving.error && <ErrorNotice error={resolving.error} />}
      <SpaceBetween size="xs" direction="horizontal">
        {verdicts.map((verdict, index) => (
          <Button
            key={verdict}
            variant={index === 0 ? "primary" : "normal"}
            disabled={resolving.isPending || resolving.isSuccess}
            onClick={() => submit(verdict)}
          >
            {VERDICTS[verdict].label}
          </Button>
        ))}
      </SpaceBetween>
      <Hint>{verdicts.map((verdict) => VERDICTS[verdict].effect).join(" ")}</Hint>
    </SpaceBetween>
  );
}

import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { messages } from "../messages";
import { ErrorNotice } from "../shared/error-notice";
import { Hint } from "../shared/hint";
import { type Decision, decideTask, type Task, tasksQuery } from "./console-api";

const DECISIONS: Record<Decision, { label: string; effect: string }> = messages.tasks.decisions;

/** A comment, and a button for each decision that the task allows. */
export function TaskForm({ task }: { task: Task }) {
  const [comment, setComment] = useState("");
  const [wasCommentMissing, setCommentMissing] = useState(false);
  const queries = useQueryClient();
  const deciding = useMutation({
    mutationFn: (decision: Decision) => decideTask(task.task_id, decision, comment.trim()),
    onSettled: () => queries.invalidateQueries(tasksQuery),
  });
  const submit = (decision: Decision) => {
    const isMissing = decision === "resolve" && !comment.trim();
    setCommentMissing(isMissing);
    if (!isMissing) deciding.mutate(decision);
  };
  const decisions = (task.decisions ?? []).filter((decision): decision is Decision => decision in DECISIONS);
  return (
    <SpaceBetween size="s">
      <FormField
        label={messages.tasks.comment}
        constraintText={messages.tasks.commentHint}
        errorText={wasCommentMissing && !comment.trim() && messages.tasks.commentMissing}
      >
        <Input value={comment} onChange={({ detail }) => setComment(detail.value.slice(0, 200))} />
      </FormField>
      {deciding.error && <ErrorNotice error={deciding.error} />}
      <SpaceBetween size="xs" direction="horizontal">
        {decisions.map((decision, index) => (
          <Button
            key={decision}
            variant={index === 0 ? "primary" : "normal"}
            disabled={deciding.isPending || deciding.isSuccess}
            onClick={() => submit(decision)}
          >
            {DECISIONS[decision].label}
          </Button>
        ))}
      </SpaceBetween>
      <Hint>{decisions.map((decision) => DECISIONS[decision].effect).join(" ")}</Hint>
    </SpaceBetween>
  );
}

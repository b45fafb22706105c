import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ErrorNotice } from "../shared/error-notice";
import { Hint } from "../shared/hint";
import { type Decision, decideTask, type Task, tasksQuery } from "./console-api";

const WORDS: Record<Decision, { label: string; does: string }> = {
  approve: { label: "Approve", does: "the order goes on" },
  reject: { label: "Reject", does: "everything is undone" },
  retry: { label: "Retry", does: "the saga runs again" },
  resolve: { label: "Resolve", does: "it was done by hand, and the comment says where" },
};

/** The decisions that a task takes, each with what follows from it. */
export function DecisionForm({ task }: { task: Task }) {
  const [comment, setComment] = useState("");
  const [isMissed, setMissed] = useState(false);
  const queries = useQueryClient();
  const deciding = useMutation({
    mutationFn: (decision: Decision) => decideTask(task.task_id, decision, comment.trim()),
    onSettled: () => queries.invalidateQueries(tasksQuery),
  });
  const decide = (decision: Decision) => {
    const isMissing = decision === "resolve" && !comment.trim();
    setMissed(isMissing);
    if (!isMissing) deciding.mutate(decision);
  };
  const decisions = (task.decisions ?? []).filter((decision): decision is Decision => decision in WORDS);
  return (
    <SpaceBetween size="s">
      <FormField
        label="Comment"
        constraintText="Up to 200 characters. The customer can read the comment and your name, which is your user id. It is kept for good: name no other person in it."
        errorText={isMissed && !comment.trim() && "Say what was done by hand, and where it is written down."}
      >
        <Input value={comment} onChange={({ detail }) => setComment(detail.value.slice(0, 200))} />
      </FormField>
      {deciding.error && <ErrorNotice error={deciding.error} />}
      <SpaceBetween size="xs" direction="horizontal">
        {decisions.map((decision, place) => (
          <Button
            key={decision}
            variant={place === 0 ? "primary" : "normal"}
            disabled={deciding.isPending || deciding.isSuccess}
            onClick={() => decide(decision)}
          >
            {WORDS[decision].label}
          </Button>
        ))}
      </SpaceBetween>
      <Hint>{decisions.map((decision) => `${WORDS[decision].label}: ${WORDS[decision].does}`).join(". ")}.</Hint>
    </SpaceBetween>
  );
}

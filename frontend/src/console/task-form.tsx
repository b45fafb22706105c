import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { messages } from "../messages";
import { ErrorNotice } from "../shared/error-notice";
import { Hint } from "../shared/hint";
import { resolveTask, type Task, tasksQuery, type Verdict } from "./console-api";
import { commentError, effectOf, resolution, type ResolutionText, verdictsOf } from "./task-resolution";

/** Resolves a task: a comment, and a button for each verdict that the task allows. */
export function TaskForm({ task }: { task: Task }) {
  const [text, setText] = useState<ResolutionText>({ comment: "", restock: false });
  // The selected verdict, while its comment is missing.
  const [incomplete, setIncomplete] = useState<Verdict | null>(null);
  const queryClient = useQueryClient();
  const resolving = useMutation({
    mutationFn: (verdict: Verdict) => resolveTask(task.task_id, resolution(verdict, task, text)),
    onSettled: () => queryClient.invalidateQueries(tasksQuery),
  });
  const submit = (verdict: Verdict) => {
    const isIncomplete = commentError(verdict, task, text) !== undefined;
    setIncomplete(isIncomplete ? verdict : null);
    if (!isIncomplete) resolving.mutate(verdict);
  };
  const verdicts = verdictsOf(task);
  return (
    <SpaceBetween size="s">
      <FormField
        label={messages.tasks.comment}
        constraintText={messages.tasks.commentHint}
        errorText={incomplete && commentError(incomplete, task, text)}
      >
        <Input value={text.comment} onChange={({ detail }) => setText({ ...text, comment: detail.value.slice(0, 200) })} />
      </FormField>
      {task.kind === "return" && (
        <Checkbox
          checked={text.restock}
          description={messages.tasks.restockHint}
          onChange={({ detail }) => setText({ ...text, restock: detail.checked })}
        >
          {messages.tasks.restock}
        </Checkbox>
      )}
      {resolving.error && <ErrorNotice error={resolving.error} />}
      <SpaceBetween size="xs" direction="horizontal">
        {verdicts.map((verdict, index) => (
          <Button
            key={verdict}
            variant={index === 0 ? "primary" : "normal"}
            disabled={resolving.isPending || resolving.isSuccess}
            onClick={() => submit(verdict)}
          >
            {messages.tasks.verdicts[verdict]}
          </Button>
        ))}
      </SpaceBetween>
      <Hint>{verdicts.map((verdict) => effectOf(verdict, task)).join(" ")}</Hint>
    </SpaceBetween>
  );
}

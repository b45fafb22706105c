import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { isProblem } from "../api/api-error";
import { ErrorNotice } from "../shared/error-notice";
import { Hint } from "../shared/hint";
import { useSingleMutation } from "../shared/single-mutation";
import { consoleMessages } from "./console-messages";
import { useNotify } from "./notices";
import { commentError, decisionNotice, effectOf, resolution, type ResolutionText, verdictsOf } from "./task-resolution";
import { resolveTask, type Task, tasksQuery, type Verdict } from "./tasks-api";

interface TaskFormProps {
  task: Task;
  isOpen: boolean;
}

/**
 * Resolves a task: a comment, and a button for each verdict that the task allows. A decided task keeps its buttons,
 * disabled, because the tasks below it would otherwise move under the pointer.
 */
export function TaskForm({ task, isOpen }: TaskFormProps) {
  const [text, setText] = useState<ResolutionText>({ comment: "", restock: false });
  // The selected verdict, while its comment is missing.
  const [incomplete, setIncomplete] = useState<Verdict | null>(null);
  const queryClient = useQueryClient();
  const notify = useNotify();
  const resolving = useSingleMutation({
    mutationFn: (verdict: Verdict) => resolveTask(task.task_id, resolution(verdict, task, text)),
    onSuccess: (_, verdict) => notify(decisionNotice(verdict, task)),
    onSettled: () => queryClient.invalidateQueries(tasksQuery),
  });
  const submit = (verdict: Verdict) => {
    const isIncomplete = commentError(verdict, task, text) !== undefined;
    setIncomplete(isIncomplete ? verdict : null);
    if (!isIncomplete) resolving.mutate(verdict);
  };
  // The error response says who decided the task, and when.
  const other = isProblem(resolving.error, "not-open") ? resolving.error.message : undefined;
  const isDisabled = resolving.isPending || resolving.isSuccess || !isOpen || other !== undefined;
  const verdicts = verdictsOf(task);
  return (
    <SpaceBetween size="s">
      <FormField
        label={consoleMessages.tasks.comment}
        constraintText={consoleMessages.tasks.commentHint}
        errorText={incomplete && commentError(incomplete, task, text)}
      >
        <Input value={text.comment} disabled={isDisabled} onChange={({ detail }) => setText({ ...text, comment: detail.value.slice(0, 200) })} />
      </FormField>
      {task.kind === "return" && (
        <Checkbox
          checked={text.restock}
          disabled={isDisabled}
          description={consoleMessages.tasks.restockHint}
          onChange={({ detail }) => setText({ ...text, restock: detail.checked })}
        >
          {consoleMessages.tasks.restock}
        </Checkbox>
      )}
      <SpaceBetween size="xs" direction="horizontal" alignItems="center">
        {verdicts.map((verdict, index) => (
          <Button
            key={verdict}
            variant={index === 0 ? "primary" : "normal"}
            disabled={isDisabled}
            onClick={() => submit(verdict)}
          >
            {consoleMessages.tasks.verdicts[verdict]}
          </Button>
        ))}
        <span role="status">
          <Outcome verdict={resolving.isSuccess ? resolving.variables : undefined} isOpen={isOpen || resolving.isPending} other={other} />
        </span>
      </SpaceBetween>
      <Hint>{verdicts.map((verdict) => effectOf(verdict, task)).join(" ")}</Hint>
      {resolving.error && !other && <ErrorNotice error={resolving.error} />}
    </SpaceBetween>
  );
}

/** Says who decided the task: this operator, or another one. */
function Outcome({ verdict, isOpen, other }: { verdict: Verdict | undefined; isOpen: boolean; other: string | undefined }) {
  if (verdict) return <StatusIndicator type="success">{consoleMessages.tasks.decided[verdict]}</StatusIndicator>;
  if (isOpen && !other) return null;
  return <StatusIndicator type="info">{other ?? consoleMessages.tasks.decidedElsewhere}</StatusIndicator>;
}

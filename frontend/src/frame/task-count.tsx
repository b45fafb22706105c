import { useQuery } from "@tanstack/react-query";
import { taskCountQuery } from "../console/tasks-api";
import { messages } from "../messages";

/** The number of open tasks, in a link of an operator. Empty without open tasks. */
export function TaskCount() {
  const { data: tasks = 0 } = useQuery(taskCountQuery);
  if (tasks === 0) return null;
  return (
    <>
      {" "}
      <span className="item-count" aria-label={messages.frame.openTasks(tasks)}>
        {tasks.toLocaleString()}
      </span>
    </>
  );
}

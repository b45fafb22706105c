import type { Task } from "./tasks-api";

/** A task on the tasks page. A decided task stays in its place until the operator hides it. */
export interface ShownTask {
  task: Task;
  /** Whether the last list of open tasks contained the task. */
  isOpen: boolean;
}

/**
 * Returns the tasks to show after a new list of open tasks. No task changes its place, because a click could otherwise
 * decide the task that moved under the pointer. New tasks are added at the end.
 *
 * @returns `shown` itself if nothing changed.
 */
export function updateShownTasks(shown: readonly ShownTask[], open: readonly Task[]): readonly ShownTask[] {
  const openById = new Map(open.map((task) => [task.task_id, task]));
  const updated = shown.map((each) => {
    const task = openById.get(each.task.task_id);
    openById.delete(each.task.task_id);
    return { task: task ?? each.task, isOpen: task !== undefined };
  });
  const next = [...updated, ...Array.from(openById.values(), (task) => ({ task, isOpen: true }))];
  const isUnchanged = next.length === shown.length && next.every(({ task, isOpen }, index) => task === shown[index]?.task && isOpen === shown[index].isOpen);
  return isUnchanged ? shown : next;
}

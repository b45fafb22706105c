import { expect, it } from "vitest";
import type { Task } from "./tasks-api";
import { updateShownTasks } from "./shown-tasks";

const task = (task_id: string) => ({ task_id }) as Task;
const [first, second, third] = [task("1"), task("2"), task("3")];
const shown = updateShownTasks([], [first, second]);

it("shows the open tasks in their order", () => {
  expect(shown).toEqual([
    { task: first, isOpen: true },
    { task: second, isOpen: true },
  ]);
});

it("keeps a decided task in its place, and adds new tasks at the end", () => {
  expect(updateShownTasks(shown, [third, second])).toEqual([
    { task: first, isOpen: false },
    { task: second, isOpen: true },
    { task: third, isOpen: true },
  ]);
  expect(updateShownTasks(shown, [])).toHaveLength(2);
});

it("opens a task again that was missing from one response", () => {
  expect(updateShownTasks(updateShownTasks(shown, [second]), [first, second])).toEqual(shown);
});

it("returns the same list if nothing changed", () => {
  expect(updateShownTasks(shown, [first, second])).toBe(shown);
});

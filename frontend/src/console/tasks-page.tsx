import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { reasonLabel } from "../orders/order-status";
import { EmptyState } from "../shared/empty-state";
import { formatMoney, formatTime, shortOrderNumber } from "../shared/format";
import { Loading } from "../shared/loading";
import { OrderLines } from "../shared/order-lines";
import { PageTitle } from "../shared/page-title";
import { QueryResult } from "../shared/query-result";
import { productsQuery } from "../shop/products-api";
import { useReviewThresholds } from "../shop/review-thresholds";
import { consoleMessages } from "./console-messages";
import { productName } from "./product-name";
import { type ShownTask, updateShownTasks } from "./shown-tasks";
import { TaskForm } from "./task-form";
import { type Task, tasksQuery } from "./tasks-api";

export default function TasksPage() {
  const tasks = useQuery(tasksQuery);
  const { shown, hideDecided } = useShownTasks(tasks.data);
  return (
    <>
      <PageTitle
        description={consoleMessages.tasks.description}
        actions={
          // Never removed, because on a phone the tasks would move.
          <Button disabled={!shown.some(({ isOpen }) => !isOpen)} onClick={hideDecided}>
            {consoleMessages.tasks.hideDecided}
          </Button>
        }
      >
        {consoleMessages.tasks.title}
      </PageTitle>
      <QueryResult query={tasks} loading={<Loading lines={5} label={consoleMessages.tasks.loading} />}>
        {() => (shown.length === 0 ? <NoTasks /> : <Tasks tasks={shown} />)}
      </QueryResult>
    </>
  );
}

/** The tasks to show, and a function that hides the decided ones. */
function useShownTasks(open: Task[] | undefined) {
  const [previous, setShown] = useState<readonly ShownTask[]>([]);
  const shown = open ? updateShownTasks(previous, open) : previous;
  if (shown !== previous) setShown(shown);
  return { shown, hideDecided: () => setShown(shown.filter(({ isOpen }) => isOpen)) };
}

function NoTasks() {
  const thresholds = Object.entries(useReviewThresholds()).map(([currency, amount]) => formatMoney(amount, currency));
  return <EmptyState title={consoleMessages.tasks.emptyTitle}>{consoleMessages.tasks.empty(thresholds)}</EmptyState>;
}

function Tasks({ tasks }: { tasks: readonly ShownTask[] }) {
  return (
    <ul className="stack tasks">
      {tasks.map(({ task, isOpen }) => (
        <li key={task.task_id} data-order={task.order_id}>
          <Container header={<TaskHeader task={task} />}>
            <SpaceBetween size="s">
              {task.items && <ReturnedLines items={task.items} total={refundOf(task)} />}
              <TaskForm task={task} isOpen={isOpen} />
            </SpaceBetween>
          </Container>
        </li>
      ))}
    </ul>
  );
}

/** The items of a return, whose events have no names of products. */
function ReturnedLines({ items, total }: { items: NonNullable<Task["items"]>; total: ReturnType<typeof refundOf> }) {
  const products = useQuery({ ...productsQuery, refetchInterval: false });
  return <OrderLines lines={items.map((line) => ({ ...line, name: productName(products.data, line.sku) }))} total={total} />;
}

function TaskHeader({ task }: { task: Task }) {
  const facts = [
    consoleMessages.tasks.opened(formatTime(task.opened_at)),
    task.order_decision && consoleMessages.tasks.alreadyDecided(task.order_decision.toLowerCase()),
    task.reason && reasonLabel(task.reason),
    task.carrier && task.tracking_number && consoleMessages.tasks.parcel(task.carrier, task.tracking_number),
  ];
  return (
    <Header
      variant="h2"
      description={
        <>
          {consoleMessages.tasks.order} <Link to={`/orders/${task.order_id}`} title={task.order_id}>{shortOrderNumber(task.order_id)}</Link> · {facts.filter(Boolean).join(" · ")}
        </>
      }
    >
      {title(task)}
    </Header>
  );
}

function title(task: Task): string {
  const refund = refundOf(task);
  if (refund) {
    const amount = formatMoney(refund.amount, refund.currency);
    return task.kind === "return" ? consoleMessages.tasks.return(amount) : consoleMessages.tasks.returnAttention(task.failed_steps, amount);
  }
  const total = task.total !== undefined && task.currency ? formatMoney(task.total, task.currency) : undefined;
  if (task.kind === "lost_shipment") return consoleMessages.tasks.lostShipment(total);
  return task.kind === "review" ? consoleMessages.tasks.review(total) : consoleMessages.tasks.attention(task.failed_steps, total);
}

/** What the return that the task is about refunds; null if the task is about an order. */
const refundOf = ({ refund_amount: amount, currency }: Task) => (amount !== undefined && currency ? { amount, currency } : null);

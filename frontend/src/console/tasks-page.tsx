import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { messages } from "../messages";
import { reasonLabel } from "../orders/order-status";
import { EmptyState } from "../shared/empty-state";
import { formatMoney, formatTime } from "../shared/format";
import { Loading } from "../shared/loading";
import { PageTitle } from "../shared/page-title";
import { QueryResult } from "../shared/query-result";
import { useReviewThresholds } from "../shop/review-thresholds";
import { type Task, tasksQuery } from "./console-api";
import { TaskForm } from "./task-form";

export default function TasksPage() {
  const tasks = useQuery(tasksQuery);
  return (
    <>
      <PageTitle description={messages.tasks.description}>{messages.tasks.title}</PageTitle>
      <QueryResult query={tasks} loading={<Loading lines={5} label={messages.tasks.loading} />} empty={<NoTasks />}>
        {(data) => <Tasks tasks={data} />}
      </QueryResult>
    </>
  );
}

function NoTasks() {
  const thresholds = Object.entries(useReviewThresholds()).map(([currency, amount]) => formatMoney(amount, currency));
  return <EmptyState title={messages.tasks.emptyTitle}>{messages.tasks.empty(thresholds)}</EmptyState>;
}

function Tasks({ tasks }: { tasks: Task[] }) {
  return (
    <ul className="stack tasks">
      {tasks.map((task) => (
        <li key={task.task_id} data-order={task.order_id}>
          <Container header={<TaskHeader task={task} />}>
            <TaskForm task={task} />
          </Container>
        </li>
      ))}
    </ul>
  );
}

function TaskHeader({ task }: { task: Task }) {
  const total = task.total !== undefined && task.currency ? formatMoney(task.total, task.currency) : undefined;
  const facts = [
    messages.tasks.opened(formatTime(task.opened_at)),
    task.order_decision && messages.tasks.alreadyDecided(task.order_decision.toLowerCase()),
    task.reason && reasonLabel(task.reason),
  ];
  return (
    <Header
      variant="h2"
      description={
        <>
          {messages.tasks.order} <Link to={`/orders/${task.order_id}`}>{task.order_id}</Link> · {facts.filter(Boolean).join(" · ")}
        </>
      }
    >
      {task.kind === "review" ? messages.tasks.review(total) : messages.tasks.attention(task.failed_steps, total)}
    </Header>
  );
}

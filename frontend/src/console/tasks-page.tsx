import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { reasonInWords } from "../orders/order-words";
import { EmptyNotice } from "../shared/empty-notice";
import { moment, money } from "../shared/format";
import { Loading } from "../shared/loading";
import { PageTitle } from "../shared/page-title";
import { QueryResult } from "../shared/query-result";
import { useReviewThresholds } from "../shop/review-thresholds";
import { type Task, tasksQuery } from "./console-api";
import { DecisionForm } from "./decision-form";

export default function TasksPage() {
  const tasks = useQuery(tasksQuery);
  return (
    <>
      <PageTitle description="What waits for a person. The one that has waited longest is on top.">Tasks</PageTitle>
      <QueryResult query={tasks} loading={<Loading lines={5} label="Loading the tasks" />} empty={<NoTasks />}>
        {(data) => <Tasks tasks={data} />}
      </QueryResult>
    </>
  );
}

function NoTasks() {
  const amounts = Object.entries(useReviewThresholds()).map(([currency, amount]) => money(amount, currency));
  return (
    <EmptyNotice title="Nothing waits for a person.">
      {amounts.length > 0 ? `Orders from ${amounts.join(", ")} on do, and those` : "Orders do"} with a step that keeps failing.
    </EmptyNotice>
  );
}

function Tasks({ tasks }: { tasks: Task[] }) {
  return (
    <ul className="stack tasks">
      {tasks.map((task) => (
        <li key={task.task_id} data-order={task.order_id}>
          <Container header={<TaskHeader task={task} />}>
            <DecisionForm task={task} />
          </Container>
        </li>
      ))}
    </ul>
  );
}

function TaskHeader({ task }: { task: Task }) {
  const total = task.total !== undefined && task.currency ? money(task.total, task.currency) : "an order";
  return (
    <Header
      variant="h2"
      description={
        <>
          Order <Link to={`/orders/${task.order_id}`}>{task.order_id}</Link>, since {moment(task.opened_at)}
          {task.order_decision && `, ${task.order_decision.toLowerCase()} already`}
          {task.reason && `: ${reasonInWords(task.reason)}`}
        </>
      }
    >
      {task.kind === "review" ? `Review of ${total}` : `${total}: ${task.failed_steps.join(", ")} kept failing`}
    </Header>
  );
}

import { lazy, Suspense } from "react";
import { NavLink, Outlet, Route, Routes } from "react-router";
import NotFoundPage from "../frame/not-found-page";
import { TaskCount } from "../frame/task-count";
import { messages } from "../messages";
import { useSandboxProviders } from "../sandbox/sandbox-api";
import { loadModule } from "../shared/load-module";
import { Loading } from "../shared/loading";
import { consoleMessages } from "./console-messages";
import { Notices } from "./notices";
import "./console.css";

const ActivityPage = lazy(() => loadModule(() => import("./activity-page")));
const BreakItPage = lazy(() => loadModule(() => import("./break-it-page")));
const DeadLettersPage = lazy(() => loadModule(() => import("./dead-letters-page")));
const EraseCustomerPage = lazy(() => loadModule(() => import("./erase-customer-page")));
const OrdersPage = lazy(() => loadModule(() => import("./orders-page")));
const ProductsPage = lazy(() => loadModule(() => import("./products-page")));
const TasksPage = lazy(() => loadModule(() => import("./tasks-page")));
const ViewsPage = lazy(() => loadModule(() => import("./views-page")));

/** The pages of the operations console. Each is loaded on its first visit. */
export default function ConsoleRoutes() {
  return (
    <Routes>
      <Route element={<ConsoleFrame />}>
        <Route index element={<ActivityPage />} />
        <Route path="tasks" element={<TasksPage />} />
        <Route path="dead-letters" element={<DeadLettersPage />} />
        <Route path="products" element={<ProductsPage />} />
        <Route path="views" element={<ViewsPage />} />
        <Route path="orders" element={<OrdersPage />} />
        <Route path="break-it" element={<BreakItPage />} />
        <Route path="customers" element={<EraseCustomerPage />} />
        <Route path="*" element={<NotFoundPage />} />
      </Route>
    </Routes>
  );
}

const TASKS = "/operations/tasks";
const LINKS = [
  { to: "/operations", label: consoleMessages.activity.title },
  { to: "/operations/orders", label: consoleMessages.operationsOrders.title },
  { to: TASKS, label: consoleMessages.tasks.title },
  { to: "/operations/dead-letters", label: consoleMessages.deadLetters.title },
  { to: "/operations/products", label: consoleMessages.products.title },
  { to: "/operations/views", label: consoleMessages.views.title },
  { to: "/operations/customers", label: consoleMessages.eraseCustomer.title },
];

const SANDBOX_LINKS = [{ to: "/operations/break-it", label: consoleMessages.operations.breakIt }];

function ConsoleFrame() {
  const links = useSandboxProviders() ? [...LINKS, ...SANDBOX_LINKS] : LINKS;
  return (
    <div className="console">
      <nav aria-label={consoleMessages.operations.navigation}>
        {links.map(({ to, label }) => (
          <NavLink key={to} to={to} end>
            {label}
            {to === TASKS && <TaskCount />}
          </NavLink>
        ))}
      </nav>
      <div>
        <Notices>
          <Suspense fallback={<Loading lines={8} label={messages.frame.loading} />}>
            <Outlet />
          </Suspense>
        </Notices>
      </div>
    </div>
  );
}

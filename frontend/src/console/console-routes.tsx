import { NavLink, Outlet, Route, Routes } from "react-router";
import NotFoundPage from "../frame/not-found-page";
import { messages } from "../messages";
import ActivityPage from "./activity-page";
import DeadLettersPage from "./dead-letters-page";
import EraseCustomerPage from "./erase-customer-page";
import FindOrderPage from "./find-order-page";
import ProductsPage from "./products-page";
import TasksPage from "./tasks-page";
import ViewsPage from "./views-page";

/** The pages of the operations console. They are one download, which only operators load. */
export default function ConsoleRoutes() {
  return (
    <Routes>
      <Route element={<ConsoleFrame />}>
        <Route index element={<ActivityPage />} />
        <Route path="tasks" element={<TasksPage />} />
        <Route path="dead-letters" element={<DeadLettersPage />} />
        <Route path="products" element={<ProductsPage />} />
        <Route path="views" element={<ViewsPage />} />
        <Route path="orders" element={<FindOrderPage />} />
        <Route path="customers" element={<EraseCustomerPage />} />
        <Route path="*" element={<NotFoundPage />} />
      </Route>
    </Routes>
  );
}

const LINKS = [
  { to: "/operations", label: messages.activity.title },
  { to: "/operations/tasks", label: messages.tasks.title },
  { to: "/operations/dead-letters", label: messages.deadLetters.title },
  { to: "/operations/products", label: messages.products.title },
  { to: "/operations/views", label: messages.views.title },
  { to: "/operations/orders", label: messages.findOrder.title },
  { to: "/operations/customers", label: messages.eraseCustomer.title },
];

function ConsoleFrame() {
  return (
    <div className="console">
      <nav aria-label={messages.operations.navigation}>
        {LINKS.map(({ to, label }) => (
          <NavLink key={to} to={to} end>
            {label}
          </NavLink>
        ))}
      </nav>
      <div>
        <Outlet />
      </div>
    </div>
  );
}

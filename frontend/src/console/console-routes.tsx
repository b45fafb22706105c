import { NavLink, Outlet, Route, Routes } from "react-router";
import NotFoundPage from "../frame/not-found-page";
import ActivityPage from "./activity-page";
import DeadLettersPage from "./dead-letters-page";
import EraseCustomerPage from "./erase-customer-page";
import FindOrderPage from "./find-order-page";
import ProductsPage from "./products-page";
import TasksPage from "./tasks-page";
import ViewsPage from "./views-page";

/** The operations console: one download, for operators only. */
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

const PLACES = [
  { to: "/operations", label: "Activity" },
  { to: "/operations/tasks", label: "Tasks" },
  { to: "/operations/dead-letters", label: "Dead letters" },
  { to: "/operations/products", label: "Products" },
  { to: "/operations/views", label: "Views" },
  { to: "/operations/orders", label: "Find an order" },
  { to: "/operations/customers", label: "Erase a person" },
];

function ConsoleFrame() {
  return (
    <div className="console">
      <nav aria-label="Operations">
        {PLACES.map(({ to, label }) => (
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

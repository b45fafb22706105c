import { createPath, Navigate, Outlet, useLocation } from "react-router";
import NotFoundPage from "../frame/not-found-page";
import { useUser } from "./session";

/** Pages for signed-in users. Guests sign in first, and then return to the page. */
export function SignedInOnly() {
  const location = useLocation();
  return useUser() ? <Outlet /> : <Navigate to="/sign-in" replace state={{ back: createPath(location) }} />;
}

/** Pages for the group `operators`. Other users see "page not found". */
export function OperatorsOnly() {
  return useUser()?.isOperator ? <Outlet /> : <NotFoundPage />;
}

import { Navigate, Outlet, useLocation } from "react-router";
import NotFoundPage from "../frame/not-found-page";
import { useUser } from "./session";

/** Pages for people who are signed in: others sign in first, and then come back to where they were. */
export function SignedInOnly() {
  const { pathname, search } = useLocation();
  return useUser() ? <Outlet /> : <Navigate to="/sign-in" replace state={{ back: pathname + search }} />;
}

/** Pages for the group `operators`. To anybody else they are not there. */
export function OperatorsOnly() {
  return useUser()?.isOperator ? <Outlet /> : <NotFoundPage />;
}

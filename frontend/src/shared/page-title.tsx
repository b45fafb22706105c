import type { ReactNode } from "react";
import { useTitle } from "../frame/title";

/** The page's heading, and its name in the browser's tab. */
export function PageTitle({ children, title, aside }: { children: ReactNode; title?: string; aside?: ReactNode }) {
  useTitle(title ?? (typeof children === "string" ? children : "Serverless Orders"));
  return (
    <div className="page-title">
      <h1>{children}</h1>
      {aside}
    </div>
  );
}

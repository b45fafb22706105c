import Box from "@cloudscape-design/components/box";
import Header from "@cloudscape-design/components/header";
import { type ReactNode, useEffect } from "react";

interface PageTitleProps {
  children: ReactNode;
  /** The name in the browser's tab and history, if the heading is more than text. */
  title?: string;
  description?: ReactNode;
  actions?: ReactNode;
}

/** The heading of a page, which also names it in the browser's tab and history. */
export function PageTitle({ children, title = typeof children === "string" ? children : "", description, actions }: PageTitleProps) {
  useEffect(() => {
    document.title = `${title} · Serverless Orders`;
  }, [title]);
  return (
    <Box margin={{ bottom: "m" }}>
      <Header variant="h1" description={description} actions={actions}>
        {children}
      </Header>
    </Box>
  );
}

import Box from "@cloudscape-design/components/box";
import Header from "@cloudscape-design/components/header";
import { type ReactNode, useEffect } from "react";
import { messages } from "../messages";

interface PageTitleProps {
  children: ReactNode;
  /** The title of the browser tab. Needed if the heading is not a plain string. */
  title?: string;
  description?: ReactNode;
  actions?: ReactNode;
}

/** The heading of a page. Also sets the title of the browser tab. */
export function PageTitle({ children, title = typeof children === "string" ? children : "", description, actions }: PageTitleProps) {
  useEffect(() => {
    document.title = messages.common.pageTitle(title);
  }, [title]);
  return (
    <Box margin={{ bottom: "m" }}>
      <Header variant="h1" description={description} actions={actions}>
        {children}
      </Header>
    </Box>
  );
}

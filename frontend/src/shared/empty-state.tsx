import Box from "@cloudscape-design/components/box";
import type { ReactNode } from "react";

/** Takes the place of content that does not exist, and says what the user can do. */
export function EmptyState({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Box textAlign="center" padding={{ vertical: "xxl" }} color="inherit">
      <Box variant="h2" tagOverride="p">
        {title}
      </Box>
      <Box variant="p" color="text-body-secondary">
        {children}
      </Box>
    </Box>
  );
}

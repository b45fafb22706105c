import Box from "@cloudscape-design/components/box";
import type { ReactNode } from "react";

/** Says that there is nothing, and what to do about it. */
export function EmptyNotice({ title, children }: { title: string; children?: ReactNode }) {
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

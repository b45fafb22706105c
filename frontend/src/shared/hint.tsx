import Box from "@cloudscape-design/components/box";
import type { ReactNode } from "react";

/** A line of small, grey text that explains what is above it. */
export const Hint = ({ children }: { children: ReactNode }) => (
  <Box variant="small" display="block">
    {children}
  </Box>
);

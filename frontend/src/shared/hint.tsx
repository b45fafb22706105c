import Box from "@cloudscape-design/components/box";
import type { ReactNode } from "react";

/** A small grey line below what it explains. */
export const Hint = ({ children }: { children: ReactNode }) => (
  <Box variant="small" display="block">
    {children}
  </Box>
);

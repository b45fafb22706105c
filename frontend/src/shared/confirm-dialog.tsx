import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { lazy, type ReactNode, Suspense } from "react";
import { messages } from "../messages";
import { loadModule } from "./load-module";

const Modal = lazy(() => loadModule(() => import("@cloudscape-design/components/modal")));

interface ConfirmDialogProps {
  title: string;
  /** The label of the button that runs the action. */
  confirm: string;
  /** The label of the button that closes the dialog without the action. */
  dismiss?: string;
  onConfirm: () => void;
  onDismiss: () => void;
  /** What the action does, and whether it can be undone. */
  children: ReactNode;
}

/** Asks before an action that cannot be undone. Render it while the question is open. */
export function ConfirmDialog({ title, confirm, dismiss = messages.common.cancel, onConfirm, onDismiss, children }: ConfirmDialogProps) {
  return (
    <Suspense>
      <Modal
        visible
        size="small"
        header={title}
        closeAriaLabel={messages.common.close}
        // The second click of a double click on the button that opened the dialog would dismiss it.
        onDismiss={({ detail }) => detail.reason !== "overlay" && onDismiss()}
        footer={
          <Box float="right">
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" formAction="none" onClick={onDismiss}>
                {dismiss}
              </Button>
              <Button variant="primary" formAction="none" onClick={onConfirm}>
                {confirm}
              </Button>
            </SpaceBetween>
          </Box>
        }
      >
        {children}
      </Modal>
    </Suspense>
  );
}

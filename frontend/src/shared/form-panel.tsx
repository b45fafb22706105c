import Container from "@cloudscape-design/components/container";
import Form from "@cloudscape-design/components/form";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode, SubmitEventHandler } from "react";

interface FormPanelProps {
  title?: string;
  onSubmit: SubmitEventHandler<HTMLFormElement>;
  /** The button that submits the form. */
  submit: ReactNode;
  /** The button that leaves or clears the form. */
  cancel?: ReactNode;
  /** Other actions, at the start of the button row. */
  secondaryActions?: ReactNode;
  children: ReactNode;
}

/** A form in a container. Each field shows its own error: see useValidatedForm. */
export function FormPanel({ title, onSubmit, submit, cancel, secondaryActions, children }: FormPanelProps) {
  return (
    <form onSubmit={onSubmit} noValidate>
      <Container header={title && <Header variant="h2">{title}</Header>}>
        <Form
          secondaryActions={secondaryActions}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              {cancel}
              {submit}
            </SpaceBetween>
          }
        >
          <SpaceBetween size="l">{children}</SpaceBetween>
        </Form>
      </Container>
    </form>
  );
}

import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { messages } from "../messages";
import { ErrorNotice } from "../shared/error-notice";
import { FormPanel } from "../shared/form-panel";
import { PageTitle } from "../shared/page-title";
import { type FieldErrors, useValidatedForm } from "../shared/validated-form";
import { type Erasure, eraseCustomer } from "./console-api";

// A UUID, which Cognito assigns.
const CUSTOMER_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Erases the personal data of a customer on request. */
export default function EraseCustomerPage() {
  const [customerId, setCustomerId] = useState("");
  const [isConfirmed, setConfirmed] = useState(false);
  const erasing = useMutation({ mutationFn: () => eraseCustomer(customerId.trim()), onSettled: () => setConfirmed(false) });
  const { onSubmit, errors } = useValidatedForm(formErrors(customerId.trim(), isConfirmed), () => {
    if (!erasing.isPending) erasing.mutate();
  });
  return (
    <>
      <PageTitle description={messages.eraseCustomer.description}>{messages.eraseCustomer.title}</PageTitle>
      <FormPanel
        onSubmit={onSubmit}
        submit={
          <Button variant="primary" formAction="submit" loading={erasing.isPending}>
            {messages.eraseCustomer.submit}
          </Button>
        }
      >
        <FormField label={messages.eraseCustomer.customerId} constraintText={messages.eraseCustomer.customerIdHint} errorText={errors.customerId}>
          <Input value={customerId} autoComplete={false} onChange={({ detail }) => setCustomerId(detail.value)} />
        </FormField>
        <FormField errorText={errors.isConfirmed}>
          <Checkbox checked={isConfirmed} onChange={({ detail }) => setConfirmed(detail.checked)}>
            {messages.eraseCustomer.confirmation}
          </Checkbox>
        </FormField>
        {erasing.error && <ErrorNotice error={erasing.error} retry={() => erasing.mutate()} />}
        {erasing.data && (
          <div role="status">
            <Alert type={"orders_under_way" in erasing.data ? "info" : "success"}>{resultMessage(erasing.data)}</Alert>
          </div>
        )}
      </FormPanel>
    </>
  );
}

/** The result for the operator. While orders are not settled, a scheduled job continues the erasure. */
function resultMessage(erasure: Erasure): string {
  if ("orders_under_way" in erasure) return messages.eraseCustomer.inProgress(erasure.orders_under_way);
  return messages.eraseCustomer.erased(erasure.orders, erasure.user_deleted);
}

function formErrors(customerId: string, isConfirmed: boolean): FieldErrors<"customerId" | "isConfirmed"> {
  return {
    ...(!CUSTOMER_ID.test(customerId) && { customerId: messages.eraseCustomer.customerIdInvalid }),
    ...(!isConfirmed && { isConfirmed: messages.eraseCustomer.confirmationMissing }),
  };
}

import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import { messages } from "../messages";
import { ConfirmDialog } from "../shared/confirm-dialog";
import { ErrorNotice } from "../shared/error-notice";
import { FormPanel } from "../shared/form-panel";
import { PageTitle } from "../shared/page-title";
import { useSingleMutation } from "../shared/single-mutation";
import { type FieldErrors, useValidatedForm } from "../shared/validated-form";
import { type Erasure, eraseCustomer } from "./console-api";

// A UUID, which Cognito assigns.
const CUSTOMER_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Erases the personal data of a customer on request. */
export default function EraseCustomerPage() {
  const [customerId, setCustomerId] = useState("");
  const [isAsking, setAsking] = useState(false);
  const erasing = useSingleMutation({ mutationFn: () => eraseCustomer(customerId.trim()) });
  const { onSubmit, errors } = useValidatedForm(formErrors(customerId.trim()), () => {
    if (!erasing.isPending) setAsking(true);
  });
  const erase = () => {
    setAsking(false);
    erasing.mutate();
  };
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
        {erasing.error && <ErrorNotice error={erasing.error} retry={() => erasing.mutate()} />}
        {erasing.data && (
          <div role="status">
            <Alert type={"orders_under_way" in erasing.data ? "info" : "success"}>{resultMessage(erasing.data)}</Alert>
          </div>
        )}
      </FormPanel>
      {isAsking && (
        <ConfirmDialog
          title={messages.eraseCustomer.question}
          confirm={messages.eraseCustomer.submit}
          onConfirm={erase}
          onDismiss={() => setAsking(false)}
        >
          {messages.eraseCustomer.effect(customerId.trim())}
        </ConfirmDialog>
      )}
    </>
  );
}

/** The result for the operator. While orders are not settled, a scheduled job continues the erasure. */
function resultMessage(erasure: Erasure): string {
  if ("orders_under_way" in erasure) return messages.eraseCustomer.inProgress(erasure.orders_under_way);
  return messages.eraseCustomer.erased(erasure.orders, erasure.user_deleted);
}

function formErrors(customerId: string): FieldErrors<"customerId"> {
  return CUSTOMER_ID.test(customerId) ? {} : { customerId: messages.eraseCustomer.customerIdInvalid };
}

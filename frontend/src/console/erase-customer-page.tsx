import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { ConfirmDialog } from "../shared/confirm-dialog";
import { ErrorNotice } from "../shared/error-notice";
import { FormPanel } from "../shared/form-panel";
import { shortOrderNumber } from "../shared/format";
import { PageTitle } from "../shared/page-title";
import { useSingleMutation } from "../shared/single-mutation";
import { UUID } from "../shared/uuid";
import { type FieldErrors, useValidatedForm } from "../shared/validated-form";
import { type Erasure, eraseCustomer } from "./console-api";
import { consoleMessages } from "./console-messages";
import { useNotify } from "./notices";

// Assigned by Cognito.
const CUSTOMER_ID = new RegExp(`^${UUID.source}$`);

/** Erases the personal data of a customer on request. */
export default function EraseCustomerPage() {
  const [parameters] = useSearchParams();
  const [customerId, setCustomerId] = useState(parameters.get("customer") ?? "");
  const [isAsking, setAsking] = useState(false);
  const notify = useNotify();
  const erasing = useSingleMutation({
    mutationFn: eraseCustomer,
    onSuccess: (erasure) => notify(resultMessage(erasure), "orders_under_way" in erasure ? "info" : "success"),
  });
  const { onSubmit, errors } = useValidatedForm(formErrors(customerId.trim()), () => {
    if (!erasing.isPending) setAsking(true);
  });
  const erase = () => {
    setAsking(false);
    erasing.mutate(customerId.trim());
  };
  return (
    <>
      <PageTitle description={consoleMessages.eraseCustomer.description}>{consoleMessages.eraseCustomer.title}</PageTitle>
      <FormPanel
        onSubmit={onSubmit}
        submit={
          <Button variant="primary" formAction="submit" loading={erasing.isPending}>
            {consoleMessages.eraseCustomer.submit}
          </Button>
        }
      >
        <FormField label={consoleMessages.eraseCustomer.customerId} constraintText={
            <>
              {consoleMessages.eraseCustomer.customerIdHint} <Link to="/operations/orders">{consoleMessages.operationsOrders.title}</Link>
            </>
          } errorText={errors.customerId}>
          <Input value={customerId} autoComplete={false} onChange={({ detail }) => setCustomerId(detail.value)} />
        </FormField>
        {erasing.error && <ErrorNotice error={erasing.error} retry={() => erasing.mutate(erasing.variables)} />}
      </FormPanel>
      {isAsking && (
        <ConfirmDialog
          title={consoleMessages.eraseCustomer.question}
          confirm={consoleMessages.eraseCustomer.submit}
          onConfirm={erase}
          onDismiss={() => setAsking(false)}
        >
          {consoleMessages.eraseCustomer.effect(customerId.trim())}
        </ConfirmDialog>
      )}
    </>
  );
}

/** The result for the operator. While orders are not settled, a scheduled job continues the erasure. */
function resultMessage(erasure: Erasure): string {
  const { customer_id, orders } = erasure;
  if ("orders_under_way" in erasure) return consoleMessages.eraseCustomer.inProgress(erasure.orders_under_way.map(shortOrderNumber));
  return consoleMessages.eraseCustomer.erased(customer_id.slice(0, 8), orders, erasure.user_deleted);
}

function formErrors(customerId: string): FieldErrors<"customerId"> {
  return CUSTOMER_ID.test(customerId) ? {} : { customerId: consoleMessages.eraseCustomer.customerIdInvalid };
}

import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { ErrorNotice } from "../shared/error-notice";
import { FormPanel } from "../shared/form-panel";
import { count } from "../shared/format";
import { PageTitle } from "../shared/page-title";
import { type FieldErrors, useValidatedForm } from "../shared/validated-form";
import { type Erasure, eraseCustomer } from "./console-api";

// What Cognito makes.
const CUSTOMER_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Forgets a person who has asked for it. */
export default function EraseCustomerPage() {
  const [customerId, setCustomerId] = useState("");
  const [isSure, setSure] = useState(false);
  const erasing = useMutation({ mutationFn: () => eraseCustomer(customerId.trim()), onSettled: () => setSure(false) });
  const { onSubmit, errors } = useValidatedForm(addressErrors(customerId.trim(), isSure), () => {
    if (!erasing.isPending) erasing.mutate();
  });
  return (
    <>
      <PageTitle
        description="Overwrites the addresses of all their orders, and deletes their account. Their orders stay, under an id that names nobody
          any more. Members of the group operators cannot be erased: take them out of the group first."
      >
        Erase a person
      </PageTitle>
      <FormPanel
        onSubmit={onSubmit}
        submit={
          <Button variant="primary" formAction="submit" loading={erasing.isPending}>
            Erase
          </Button>
        }
      >
        <FormField label="Customer id" constraintText="The sub of their user, as the user pool shows it." errorText={errors.customerId}>
          <Input value={customerId} autoComplete={false} onChange={({ detail }) => setCustomerId(detail.value)} />
        </FormField>
        <FormField errorText={errors.isSure}>
          <Checkbox checked={isSure} onChange={({ detail }) => setSure(detail.checked)}>
            I am sure. Nothing brings it back.
          </Checkbox>
        </FormField>
        {erasing.error && <ErrorNotice error={erasing.error} retry={() => erasing.mutate()} />}
        {erasing.data && (
          <div role="status">
            <Alert type={"orders_under_way" in erasing.data ? "info" : "success"}>{resultOf(erasing.data)}</Alert>
          </div>
        )}
      </FormPanel>
    </>
  );
}

/** What the erasure came to. While orders are under way, a job goes on with it. */
function resultOf(erasure: Erasure): string {
  if ("orders_under_way" in erasure) {
    return `The erasure goes on. These orders still need their addresses: ${erasure.orders_under_way.join(", ")}. Cancel them or decide their tasks; the rest happens by itself.`;
  }
  const account = erasure.user_deleted ? "and the account is deleted." : "and there is no account any more.";
  return `${count(erasure.orders, "order")} without an address now, ${account}`;
}

function addressErrors(customerId: string, isSure: boolean): FieldErrors<"customerId" | "isSure"> {
  return {
    ...(!CUSTOMER_ID.test(customerId) && { customerId: "Enter their id. It looks like 5f0c1d2e-3a4b-4c5d-8e9f-0a1b2c3d4e5f." }),
    ...(!isSure && { isSure: "Tick this first." }),
  };
}

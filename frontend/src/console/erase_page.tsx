import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useMutation } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import { FaultNotice } from "../frame/fault_notice";
import { PageTitle } from "../frame/page_title";
import { count } from "../frame/writing";
import { eraseCustomer } from "./console_api";

/** Forgets a person who has asked for it. */
export default function ErasePage() {
  const [customerId, setCustomerId] = useState("");
  const [isSure, setSure] = useState(false);
  const erasing = useMutation({ mutationFn: () => eraseCustomer(customerId.trim()), onSettled: () => setSure(false) });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (isSure && !erasing.isPending) erasing.mutate();
  };
  return (
    <>
      <PageTitle>Erase a person</PageTitle>
      <p className="lead">
        Overwrites the addresses of all their orders, and deletes their account. Their orders stay, under an id that names nobody any more.
      </p>
      <form className="panel" onSubmit={submit}>
        <FormField label="Customer id" constraintText="The sub of their user, as the user pool shows it.">
          <Input value={customerId} autoComplete={false} onChange={({ detail }) => setCustomerId(detail.value)} />
        </FormField>
        <Checkbox checked={isSure} onChange={({ detail }) => setSure(detail.checked)}>
          I am sure. Nothing brings it back.
        </Checkbox>
        {erasing.error && <FaultNotice error={erasing.error} retry={() => erasing.mutate()} />}
        {erasing.data && (
          <p role="status">
            {count(erasing.data.orders, "order")} without an address now
            {erasing.data.user_deleted ? ", and the account is deleted." : ". There was no account any more."}
          </p>
        )}
        <div className="actions">
          <span />
          <Button variant="primary" formAction="submit" disabled={!isSure || !customerId.trim()} loading={erasing.isPending}>
            Erase
          </Button>
        </div>
      </form>
    </>
  );
}

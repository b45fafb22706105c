import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import { useNavigate } from "react-router";
import { FormPanel } from "../shared/form-panel";
import { PageTitle } from "../shared/page-title";
import { useValidatedForm } from "../shared/validated-form";

const ORDER_ID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
const NO_ID = "There is no order id in this text. It looks like ac813206-bbf5-57a2-9996-8dca9b7d786f.";

export default function FindOrderPage() {
  const [text, setText] = useState("");
  const go = useNavigate();
  // An id within an address, a log line or an e-mail will do.
  const [orderId] = ORDER_ID.exec(text.toLowerCase()) ?? [];
  const { onSubmit, errors } = useValidatedForm(orderId ? {} : { text: NO_ID }, () => {
    if (orderId) void go(`/orders/${orderId}`);
  });
  return (
    <>
      <PageTitle>Find an order</PageTitle>
      <FormPanel
        onSubmit={onSubmit}
        submit={
          <Button variant="primary" formAction="submit">
            Find
          </Button>
        }
      >
        <FormField
          label="Order id"
          constraintText="Or any text that holds one: an address, a log line, an e-mail."
          errorText={errors.text}
        >
          <Input value={text} autoComplete={false} onChange={({ detail }) => setText(detail.value)} />
        </FormField>
      </FormPanel>
    </>
  );
}

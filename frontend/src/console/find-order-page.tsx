import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import { useNavigate } from "react-router";
import { messages } from "../messages";
import { FormPanel } from "../shared/form-panel";
import { PageTitle } from "../shared/page-title";
import { useValidatedForm } from "../shared/validated-form";

const ORDER_ID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

export default function FindOrderPage() {
  const [text, setText] = useState("");
  const navigate = useNavigate();
  // The text may contain more than the id, such as a URL or a log line.
  const [orderId] = ORDER_ID.exec(text.toLowerCase()) ?? [];
  const { onSubmit, errors } = useValidatedForm(orderId ? {} : { text: messages.findOrder.missing }, () => {
    if (orderId) void navigate(`/orders/${orderId}`);
  });
  return (
    <>
      <PageTitle>{messages.findOrder.title}</PageTitle>
      <FormPanel
        onSubmit={onSubmit}
        submit={
          <Button variant="primary" formAction="submit">
            {messages.findOrder.submit}
          </Button>
        }
      >
        <FormField label={messages.findOrder.orderId} constraintText={messages.findOrder.hint} errorText={errors.text}>
          <Input value={text} autoComplete={false} onChange={({ detail }) => setText(detail.value)} />
        </FormField>
      </FormPanel>
    </>
  );
}

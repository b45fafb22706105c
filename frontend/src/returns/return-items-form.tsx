import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import { useState } from "react";
import { errorsBelow } from "../api/api-error";
import { messages } from "../messages";
import type { Order } from "../orders/orders-api";
import { ErrorNotice } from "../shared/error-notice";
import { FormPanel } from "../shared/form-panel";
import { formatMoney } from "../shared/format";
import { Total } from "../shared/order-lines";
import { useSingleMutation } from "../shared/single-mutation";
import { type FieldErrors, useValidatedForm } from "../shared/validated-form";
import { returnMessages } from "./return-messages";
import {
  createdReturn,
  newReturnText,
  type NewReturn,
  parseReturn,
  refundAmount,
  type Return,
  returnableLines,
  type ReturnText,
  selectedItems,
} from "./returnable";
import { requestOnce, returnAttempts } from "./returns-api";

const REASONS = returnMessages.reasons.map((value) => ({ value }));

export interface RequestedReturn {
  created: Return;
  /** Whether an earlier request, before the customer changed something, created the return. */
  isEarlier: boolean;
}

interface ReturnItemsFormProps {
  order: Order;
  /** Closes the form after a request, or without one. */
  close: (requested?: RequestedReturn) => void;
}

/** Requests a return: the quantity of each product, the reason, and what will be refunded. */
export default function ReturnItemsForm({ order, close }: ReturnItemsFormProps) {
  const lines = returnableLines(order);
  const [text, setText] = useState<ReturnText>(() => newReturnText(lines));
  const parsed = parseReturn(lines, text);
  const requesting = useSingleMutation({
    mutationFn: ({ request }: { request: NewReturn; text: ReturnText }) => requestOnce(order.order_id, request),
    onSuccess: ({ result, earlier }, { request }) =>
      close({ created: createdReturn(result, earlier ?? request, new Date()), isEarlier: earlier !== undefined }),
  });
  const { onSubmit, errors } = useValidatedForm("errors" in parsed ? parsed.errors : {}, () => {
    if ("request" in parsed) requesting.mutate({ request: parsed.request, text });
  });
  // The errors of the API are shown until the customer changes the return.
  const sent = requesting.variables?.text === text ? requesting.variables.request : undefined;
  const shown: FieldErrors<string> = { ...(sent && quantityErrors(requesting.error, sent)), ...errors };
  return (
    <FormPanel
      title={returnMessages.formTitle}
      onSubmit={onSubmit}
      cancel={
        <Button formAction="none" onClick={() => close()}>
          {messages.common.cancel}
        </Button>
      }
      submit={
        <Button variant="primary" formAction="submit" loading={requesting.isPending} loadingText={returnMessages.requesting}>
          {returnMessages.request}
        </Button>
      }
    >
      <ColumnLayout columns={2}>
        {lines.map((line, index) => (
          <FormField
            key={line.sku}
            label={returnMessages.quantityOf(line.name)}
            constraintText={returnMessages.upTo(line.quantity, formatMoney(line.unit_price, order.currency))}
            errorText={shown[line.sku]}
          >
            <Input
              type="number"
              inputMode="numeric"
              autoFocus={index === 0}
              value={text.quantities[line.sku] ?? "0"}
              onChange={({ detail }) => setText({ ...text, quantities: { ...text.quantities, [line.sku]: detail.value } })}
            />
          </FormField>
        ))}
        <FormField label={returnMessages.reason} errorText={shown["reason"]}>
          <Select
            options={REASONS}
            placeholder={returnMessages.chooseReason}
            selectedOption={REASONS.find(({ value }) => value === text.reason) ?? null}
            onChange={({ detail }) => setText({ ...text, reason: detail.selectedOption.value ?? "" })}
          />
        </FormField>
      </ColumnLayout>
      <div aria-live="polite">
        <Total label={returnMessages.refund} amount={refundAmount(lines, selectedItems(lines, text))} currency={order.currency} />
      </div>
      {requesting.error && <ErrorNotice error={requesting.error} />}
      {!requesting.isPending && returnAttempts(order.order_id).current && <UnknownOutcomeNotice />}
    </FormPanel>
  );
}

/** The errors of the API by SKU: the pointer of an error is the position of the item in the request. */
function quantityErrors(error: unknown, { items }: NewReturn): FieldErrors<string> {
  const errors = errorsBelow(error, "/items");
  return Object.fromEntries(items.map(({ sku }, index) => [sku, errors[`${index}/quantity`]]));
}

function UnknownOutcomeNotice() {
  return (
    <div role="alert">
      <Alert type="info" header={returnMessages.unknownOutcomeTitle}>
        {returnMessages.unknownOutcome}
      </Alert>
    </div>
  );
}

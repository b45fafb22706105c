import Button from "@cloudscape-design/components/button";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ErrorNotice } from "../shared/error-notice";
import { FormPanel } from "../shared/form-panel";
import { Hint } from "../shared/hint";
import { useValidatedForm } from "../shared/validated-form";
import { type Product, productsQuery } from "../shop/products-api";
import { adjustStock, type StockAdjustment } from "./console-api";
import { adjustmentOf, isOutcomeKnown, NO_ADJUSTMENT } from "./stock-adjustment";

interface ReceiveStockProps {
  product: Product;
  /** Closes the form; `news` says what was done, where something was. */
  close: (news?: string) => void;
}

/** Stock that came in, or was written off: how many and why, and never the level itself. */
export function ReceiveStockForm({ product, close }: ReceiveStockProps) {
  const queries = useQueryClient();
  const [text, setText] = useState(NO_ADJUSTMENT);
  const [key, setKey] = useState(() => crypto.randomUUID());
  const typed = adjustmentOf(text);
  const adjusting = useMutation({
    mutationFn: (adjustment: StockAdjustment) => adjustStock(product.sku, key, adjustment),
    onSuccess: ({ available }, { change }) => {
      const done = change > 0 ? `Received ${change.toLocaleString()}` : `Wrote off ${(-change).toLocaleString()}`;
      close(`${done} of ${product.name}: ${available.toLocaleString()} available.`);
      return queries.invalidateQueries(productsQuery);
    },
    onError: (error) => {
      if (isOutcomeKnown(error)) setKey(crypto.randomUUID());
    },
  });
  const { onSubmit, errors } = useValidatedForm("errors" in typed ? typed.errors : {}, () => {
    if ("adjustment" in typed && !adjusting.isPending) adjusting.mutate(typed.adjustment);
  });
  return (
    <FormPanel
      title={`Receive stock of ${product.name}`}
      onSubmit={onSubmit}
      cancel={
        <Button formAction="none" onClick={() => close()}>
          Cancel
        </Button>
      }
      submit={
        <Button variant="primary" formAction="submit" loading={adjusting.isPending}>
          Save
        </Button>
      }
    >
      <ColumnLayout columns={2}>
        <FormField label="How many" constraintText="A negative number writes stock off." errorText={errors.change}>
          <Input value={text.change} inputMode="numeric" onChange={({ detail }) => setText({ ...text, change: detail.value })} />
        </FormField>
        <FormField label="Reason" constraintText="Such as the number of the delivery." errorText={errors.reason}>
          <Input value={text.reason} onChange={({ detail }) => setText({ ...text, reason: detail.value })} />
        </FormField>
      </ColumnLayout>
      {adjusting.error && <ErrorNotice error={adjusting.error} />}
      {adjusting.error && !isOutcomeKnown(adjusting.error) && (
        <Hint>The stock may have been changed. Save again: it is counted once.</Hint>
      )}
    </FormPanel>
  );
}

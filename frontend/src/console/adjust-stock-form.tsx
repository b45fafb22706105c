import Button from "@cloudscape-design/components/button";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { messages } from "../messages";
import { ErrorNotice } from "../shared/error-notice";
import { FormPanel } from "../shared/form-panel";
import { Hint } from "../shared/hint";
import { useSingleMutation } from "../shared/single-mutation";
import { useValidatedForm } from "../shared/validated-form";
import { type Product, productsQuery } from "../shop/products-api";
import { adjustStock, type StockAdjustment } from "./console-api";
import { consoleMessages } from "./console-messages";
import { adjustmentError, parseAdjustment, EMPTY_ADJUSTMENT, isOutcomeKnown } from "./stock-adjustment";

interface AdjustStockFormProps {
  product: Product;
  /** Closes the form, and shows the message if there is one. */
  close: (message?: string) => void;
}

/** Receives stock or writes it off. The operator enters a difference, because orders change the stock while the form is open. */
export function AdjustStockForm({ product, close }: AdjustStockFormProps) {
  const queryClient = useQueryClient();
  const [text, setText] = useState(EMPTY_ADJUSTMENT);
  const [key, setKey] = useState(() => crypto.randomUUID());
  const parsed = parseAdjustment(text);
  const adjusting = useSingleMutation({
    mutationFn: (adjustment: StockAdjustment) => adjustStock(product.sku, key, adjustment),
    onSuccess: ({ available }, { change }) => {
      close(
        change > 0
          ? consoleMessages.stock.received(change, product.name, available)
          : consoleMessages.stock.writtenOff(-change, product.name, available),
      );
      return queryClient.invalidateQueries(productsQuery);
    },
    onError: (error) => {
      if (isOutcomeKnown(error)) setKey(crypto.randomUUID());
    },
  });
  const { onSubmit, errors } = useValidatedForm("errors" in parsed ? parsed.errors : {}, () => {
    if ("adjustment" in parsed) adjusting.mutate(parsed.adjustment);
  });
  return (
    <FormPanel
      title={consoleMessages.stock.adjustProduct(product.name)}
      onSubmit={onSubmit}
      cancel={
        <Button formAction="none" onClick={() => close()}>
          {messages.common.cancel}
        </Button>
      }
      submit={
        <Button variant="primary" formAction="submit" loading={adjusting.isPending}>
          {consoleMessages.stock.save}
        </Button>
      }
    >
      <ColumnLayout columns={2}>
        <FormField label={consoleMessages.stock.quantity} constraintText={consoleMessages.stock.quantityHint} errorText={errors.change}>
          <Input value={text.change} inputMode="numeric" onChange={({ detail }) => setText({ ...text, change: detail.value })} />
        </FormField>
        <FormField label={consoleMessages.stock.reason} constraintText={consoleMessages.stock.reasonHint} errorText={errors.reason}>
          <Input value={text.reason} onChange={({ detail }) => setText({ ...text, reason: detail.value })} />
        </FormField>
      </ColumnLayout>
      {adjusting.error && <ErrorNotice error={adjustmentError(adjusting.error)} />}
      {adjusting.error && !isOutcomeKnown(adjusting.error) && (
        <Hint>{consoleMessages.stock.unknownOutcome}</Hint>
      )}
    </FormPanel>
  );
}

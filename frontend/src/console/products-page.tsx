import Button, { type ButtonProps } from "@cloudscape-design/components/button";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type RefObject, useEffect, useRef, useState } from "react";
import { messages } from "../messages";
import { EmptyState } from "../shared/empty-state";
import { ErrorNotice } from "../shared/error-notice";
import { FormPanel } from "../shared/form-panel";
import { formatMoney } from "../shared/format";
import { Hint } from "../shared/hint";
import { Loading } from "../shared/loading";
import { PageTitle } from "../shared/page-title";
import { QueryResult } from "../shared/query-result";
import { useSingleMutation } from "../shared/single-mutation";
import { useValidatedForm } from "../shared/validated-form";
import { listProducts, type Product, productsQuery } from "../shop/products-api";
import { type NewProduct, putProduct } from "./console-api";
import { consoleMessages } from "./console-messages";
import { DataTable } from "./data-table";
import { useNotify } from "./notices";
import { EMPTY_PRODUCT, isChanged, parseProduct, type ProductText, savingError, toProductText } from "./product-form";
import { AdjustStockForm } from "./adjust-stock-form";

const { fields } = consoleMessages.products;
const FIELDS: { name: keyof ProductText; label: string; hint?: string; isNewOnly?: boolean }[] = [
  { name: "sku", ...fields.sku, isNewOnly: true },
  { name: "name", ...fields.name },
  { name: "price", ...fields.price },
  { name: "currency", ...fields.currency },
  { name: "stock", ...fields.stock, isNewOnly: true },
];

/** The purpose of the form above the list: adding a product, or changing a product of the list. */
type Mode = { kind: "add" } | { kind: "edit" | "adjust"; product: Product; button: RefObject<ButtonProps.Ref | null> };

export default function ProductsPage() {
  const products = useQuery(productsQuery);
  const [mode, setMode] = useState<Mode>({ kind: "add" });
  const form = useRef<HTMLDivElement>(null);
  const notify = useNotify();
  // Scrolls to the form too, which is above the list and may be out of sight.
  useEffect(() => {
    if (mode.kind !== "add") form.current?.querySelector("input")?.focus();
  }, [mode]);
  const close = (result?: string) => {
    setMode({ kind: "add" });
    if (mode.kind !== "add") mode.button.current?.focus();
    if (result) notify(consoleMessages.products.visibleSoon(result));
  };
  return (
    <>
      <PageTitle>{consoleMessages.products.title}</PageTitle>
      <SpaceBetween size="l">
        <div ref={form}>
          {mode.kind === "adjust" ? (
            <AdjustStockForm key={mode.product.sku} product={mode.product} close={close} />
          ) : (
            <ProductForm
              key={mode.kind === "edit" ? mode.product.sku : "new"}
              existing={mode.kind === "edit" ? mode.product : undefined}
              close={close}
            />
          )}
        </div>
        <QueryResult
          query={products}
          loading={<Loading lines={8} label={consoleMessages.products.loading} />}
          empty={<EmptyState title={consoleMessages.products.emptyTitle}>{consoleMessages.products.empty}</EmptyState>}
        >
          {(data) => <ProductTable products={data} open={setMode} />}
        </QueryResult>
      </SpaceBetween>
    </>
  );
}

interface ProductFormProps {
  /** The product to edit, as the list showed it; undefined to add a product. */
  existing: Product | undefined;
  /** Closes the form, and shows the message if there is one. */
  close: (message?: string) => void;
}

function ProductForm({ existing, close }: ProductFormProps) {
  const queryClient = useQueryClient();
  const [text, setText] = useState(existing ? toProductText(existing) : EMPTY_PRODUCT);
  const parsed = parseProduct(text, !existing);
  const saving = useSingleMutation({
    mutationFn: async (product: NewProduct) => {
      if (existing) await assertUnchanged(existing);
      return putProduct(text.sku, product);
    },
    onSuccess: ({ name }) => {
      setText(EMPTY_PRODUCT);
      close(existing ? consoleMessages.products.updated(name) : consoleMessages.products.added(name));
      return queryClient.invalidateQueries(productsQuery);
    },
  });
  const { onSubmit, errors } = useValidatedForm("errors" in parsed ? parsed.errors : {}, () => {
    if ("product" in parsed) saving.mutate(parsed.product);
  });
  return (
    <FormPanel
      title={existing ? consoleMessages.products.editProduct(existing.name) : consoleMessages.products.addTitle}
      onSubmit={onSubmit}
      cancel={
        <Button formAction="none" onClick={() => (existing ? close() : setText(EMPTY_PRODUCT))}>
          {existing ? messages.common.cancel : consoleMessages.products.clear}
        </Button>
      }
      submit={
        <Button variant="primary" formAction="submit" loading={saving.isPending}>
          {existing ? consoleMessages.products.saveChanges : consoleMessages.products.add}
        </Button>
      }
    >
      <ColumnLayout columns={3}>
        {FIELDS.filter(({ isNewOnly }) => !isNewOnly || !existing).map(({ name, label, hint }) => (
          <FormField key={name} label={label} constraintText={hint} errorText={errors[name]}>
            <Input value={text[name]} onChange={({ detail }) => setText({ ...text, [name]: detail.value })} />
          </FormField>
        ))}
      </ColumnLayout>
      {saving.error && <ErrorNotice error={savingError(saving.error)} />}
    </FormPanel>
  );
}

/** @throws Error if another operator changed the product after the form showed it. Saving would undo that change. */
async function assertUnchanged(shown: Product): Promise<void> {
  const current = (await listProducts()).find(({ sku }) => sku === shown.sku);
  if (current && isChanged(shown, current)) {
    throw new Error(consoleMessages.products.updatedByOther(current.name, formatMoney(current.unit_price, current.currency)));
  }
}

function ProductTable({ products, open }: { products: Product[]; open: (mode: Mode) => void }) {
  return (
    <DataTable
      title={consoleMessages.products.list}
      counter={consoleMessages.products.listCount(products.length)}
      items={products.toSorted((one, other) => one.name.localeCompare(other.name))}
      keyOf={({ sku }) => sku}
      columns={[
        { header: fields.name.label, cell: ({ name, sku }) => <Name name={name} sku={sku} /> },
        { header: fields.price.label, isNumeric: true, cell: ({ unit_price, currency }) => formatMoney(unit_price, currency) },
        { header: consoleMessages.products.available, isNumeric: true, cell: ({ available }) => available.toLocaleString() },
        { header: consoleMessages.products.actions, cell: (product) => <Actions product={product} open={open} /> },
      ]}
    />
  );
}

const Name = ({ name, sku }: { name: string; sku: string }) => (
  <>
    {name}
    <Hint>
      <code>{sku}</code>
    </Hint>
  </>
);

function Actions({ product, open }: { product: Product; open: (mode: Mode) => void }) {
  const edit = useRef<ButtonProps.Ref>(null);
  const adjust = useRef<ButtonProps.Ref>(null);
  return (
    <SpaceBetween direction="horizontal" size="s">
      <Button
        ref={edit}
        variant="inline-link"
        wrapText={false}
        ariaLabel={consoleMessages.products.editProduct(product.name)}
        onClick={() => open({ kind: "edit", product, button: edit })}
      >
        {consoleMessages.products.edit}
      </Button>
      <Button
        ref={adjust}
        variant="inline-link"
        wrapText={false}
        ariaLabel={consoleMessages.stock.adjustProduct(product.name)}
        onClick={() => open({ kind: "adjust", product, button: adjust })}
      >
        {consoleMessages.stock.adjust}
      </Button>
    </SpaceBetween>
  );
}

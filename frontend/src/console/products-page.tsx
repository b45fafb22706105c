import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
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
import { EMPTY_PRODUCT, isChanged, parseProduct, type ProductText, toProductText } from "./product-form";
import { AdjustStockForm } from "./adjust-stock-form";

const { fields } = messages.products;
const FIELDS: { name: keyof ProductText; label: string; hint?: string; isNewOnly?: boolean }[] = [
  { name: "sku", ...fields.sku, isNewOnly: true },
  { name: "name", ...fields.name },
  { name: "price", ...fields.price },
  { name: "currency", ...fields.currency },
  { name: "stock", ...fields.stock, isNewOnly: true },
];

/** The purpose of the form above the list: adding a product, or changing a product of the list. */
type Mode = { kind: "add" } | { kind: "edit" | "adjust"; product: Product };

export default function ProductsPage() {
  const products = useQuery(productsQuery);
  const [mode, setMode] = useState<Mode>({ kind: "add" });
  const [message, setMessage] = useState<string>();
  const open = (next: Mode) => {
    setMode(next);
    setMessage(undefined);
  };
  const close = (result?: string) => {
    setMode({ kind: "add" });
    setMessage(result);
  };
  return (
    <>
      <PageTitle>{messages.products.title}</PageTitle>
      <SpaceBetween size="l">
        {mode.kind === "adjust" ? (
          <AdjustStockForm key={mode.product.sku} product={mode.product} close={close} />
        ) : (
          <ProductForm
            key={mode.kind === "edit" ? mode.product.sku : "new"}
            existing={mode.kind === "edit" ? mode.product : undefined}
            close={close}
          />
        )}
        {message && (
          <div role="status">
            <Alert type="success">{messages.products.visibleSoon(message)}</Alert>
          </div>
        )}
        <QueryResult
          query={products}
          loading={<Loading lines={8} label={messages.products.loading} />}
          empty={<EmptyState title={messages.products.emptyTitle}>{messages.products.empty}</EmptyState>}
        >
          {(data) => <ProductTable products={data} open={open} />}
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
      close(existing ? messages.products.updated(name) : messages.products.added(name));
      return queryClient.invalidateQueries(productsQuery);
    },
  });
  const { onSubmit, errors } = useValidatedForm("errors" in parsed ? parsed.errors : {}, () => {
    if ("product" in parsed) saving.mutate(parsed.product);
  });
  return (
    <FormPanel
      title={existing ? messages.products.editProduct(existing.name) : messages.products.addTitle}
      onSubmit={onSubmit}
      cancel={
        <Button formAction="none" onClick={() => (existing ? close() : setText(EMPTY_PRODUCT))}>
          {existing ? messages.common.cancel : messages.products.clear}
        </Button>
      }
      submit={
        <Button variant="primary" formAction="submit" loading={saving.isPending}>
          {existing ? messages.products.saveChanges : messages.products.add}
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
      {saving.error && <ErrorNotice error={saving.error} />}
    </FormPanel>
  );
}

/** @throws Error if another operator changed the product after the form showed it. Saving would undo that change. */
async function assertUnchanged(shown: Product): Promise<void> {
  const current = (await listProducts()).find(({ sku }) => sku === shown.sku);
  if (current && isChanged(shown, current)) {
    throw new Error(messages.products.updatedByOther(current.name, formatMoney(current.unit_price, current.currency)));
  }
}

function ProductTable({ products, open }: { products: Product[]; open: (mode: Mode) => void }) {
  return (
    <Table
      items={products}
      trackBy="sku"
      wrapLines
      ariaLabels={{ tableLabel: messages.products.list }}
      header={<Header counter={messages.products.listCount(products.length)}>{messages.products.list}</Header>}
      columnDefinitions={[
        { id: "name", header: fields.name.label, isRowHeader: true, cell: ({ name, sku }) => <Name name={name} sku={sku} /> },
        { id: "price", header: fields.price.label, cell: ({ unit_price, currency }) => formatMoney(unit_price, currency) },
        { id: "available", header: messages.products.available, cell: ({ available }) => available.toLocaleString() },
        { id: "actions", header: messages.products.actions, minWidth: 220, cell: (product) => <Actions product={product} open={open} /> },
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
  return (
    <SpaceBetween direction="horizontal" size="s">
      <Button variant="inline-link" ariaLabel={messages.products.editProduct(product.name)} onClick={() => open({ kind: "edit", product })}>
        {messages.products.edit}
      </Button>
      <Button variant="inline-link" ariaLabel={messages.stock.adjustProduct(product.name)} onClick={() => open({ kind: "adjust", product })}>
        {messages.stock.adjust}
      </Button>
    </SpaceBetween>
  );
}

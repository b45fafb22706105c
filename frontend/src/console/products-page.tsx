import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { EmptyNotice } from "../shared/empty-notice";
import { ErrorNotice } from "../shared/error-notice";
import { FormPanel } from "../shared/form-panel";
import { money } from "../shared/format";
import { Hint } from "../shared/hint";
import { Loading } from "../shared/loading";
import { PageTitle } from "../shared/page-title";
import { QueryResult } from "../shared/query-result";
import { useValidatedForm } from "../shared/validated-form";
import { listProducts, type Product, productsQuery } from "../shop/products-api";
import { type NewProduct, putProduct } from "./console-api";
import { EMPTY, isChanged, productOf, type ProductText, textOf } from "./product-form";
import { ReceiveStockForm } from "./receive-stock-form";

const FIELDS: { name: keyof ProductText; label: string; hint?: string; newOnly?: boolean }[] = [
  { name: "sku", label: "SKU", newOnly: true },
  { name: "name", label: "Name" },
  { name: "price", label: "Price" },
  { name: "currency", label: "Currency" },
  { name: "stock", label: "Stock", hint: "How many there are to begin with.", newOnly: true },
];

/** What the form above the products is for: a new product, or one of those in the list. */
type Task = { kind: "add" } | { kind: "edit" | "receive"; product: Product };

export default function ProductsPage() {
  const products = useQuery(productsQuery);
  const [task, setTask] = useState<Task>({ kind: "add" });
  const [news, setNews] = useState<string>();
  const start = (next: Task) => {
    setTask(next);
    setNews(undefined);
  };
  const close = (done?: string) => {
    setTask({ kind: "add" });
    setNews(done);
  };
  return (
    <>
      <PageTitle>Products</PageTitle>
      <SpaceBetween size="l">
        {task.kind === "receive" ? (
          <ReceiveStockForm key={task.product.sku} product={task.product} close={close} />
        ) : (
          <ProductForm
            key={task.kind === "edit" ? task.product.sku : "new"}
            existing={task.kind === "edit" ? task.product : undefined}
            close={close}
          />
        )}
        {news && (
          <div role="status">
            <Alert type="success">{news} The shop shows it in a moment.</Alert>
          </div>
        )}
        <QueryResult
          query={products}
          loading={<Loading lines={8} label="Loading the products" />}
          empty={<EmptyNotice title="The shelf is empty.">Put the first product on it, above.</EmptyNotice>}
        >
          {(data) => <Products products={data} start={start} />}
        </QueryResult>
      </SpaceBetween>
    </>
  );
}

interface ProductFormProps {
  /** The product that is edited, as the list showed it; undefined for a new one. */
  existing: Product | undefined;
  /** Closes the form; `news` says what was done, where something was. */
  close: (news?: string) => void;
}

function ProductForm({ existing, close }: ProductFormProps) {
  const queries = useQueryClient();
  const [text, setText] = useState(existing ? textOf(existing) : EMPTY);
  const typed = productOf(text, !existing);
  const putting = useMutation({
    mutationFn: async (product: NewProduct) => {
      if (existing) await refuseIfChanged(existing);
      return putProduct(text.sku, product);
    },
    onSuccess: ({ name }) => {
      setText(EMPTY);
      close(existing ? `${name} is changed.` : `${name} is on the shelf.`);
      return queries.invalidateQueries(productsQuery);
    },
  });
  const { onSubmit, errors } = useValidatedForm("errors" in typed ? typed.errors : {}, () => {
    if ("product" in typed && !putting.isPending) putting.mutate(typed.product);
  });
  return (
    <FormPanel
      title={existing ? `Change ${existing.name}` : "Put a product on the shelf"}
      onSubmit={onSubmit}
      cancel={
        <Button formAction="none" onClick={() => (existing ? close() : setText(EMPTY))}>
          {existing ? "Cancel" : "Clear"}
        </Button>
      }
      submit={
        <Button variant="primary" formAction="submit" loading={putting.isPending}>
          Save
        </Button>
      }
    >
      <ColumnLayout columns={3}>
        {FIELDS.filter(({ newOnly }) => !newOnly || !existing).map(({ name, label, hint }) => (
          <FormField key={name} label={label} constraintText={hint} errorText={errors[name]}>
            <Input value={text[name]} onChange={({ detail }) => setText({ ...text, [name]: detail.value })} />
          </FormField>
        ))}
      </ColumnLayout>
      {putting.error && <ErrorNotice error={putting.error} />}
    </FormPanel>
  );
}

/** @throws Error where another operator has changed the product since the form showed it: saving would undo that. */
async function refuseIfChanged(shown: Product): Promise<void> {
  const present = (await listProducts()).find(({ sku }) => sku === shown.sku);
  if (present && isChanged(shown, present)) {
    throw new Error(
      `Somebody has changed this product meanwhile: it is ${present.name} for ${money(present.unit_price, present.currency)} now. ` +
        "Cancel, and change it once more.",
    );
  }
}

function Products({ products, start }: { products: Product[]; start: (task: Task) => void }) {
  return (
    <Table
      items={products}
      trackBy="sku"
      wrapLines
      ariaLabels={{ tableLabel: "All products" }}
      header={<Header counter={`(${products.length})`}>All products</Header>}
      columnDefinitions={[
        { id: "name", header: "Name", isRowHeader: true, cell: ({ name, sku }) => <Name name={name} sku={sku} /> },
        { id: "price", header: "Price", cell: ({ unit_price, currency }) => money(unit_price, currency) },
        { id: "available", header: "Available", cell: ({ available }) => available.toLocaleString() },
        { id: "actions", header: "Actions", minWidth: 220, cell: (product) => <Actions product={product} start={start} /> },
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

function Actions({ product, start }: { product: Product; start: (task: Task) => void }) {
  return (
    <SpaceBetween direction="horizontal" size="s">
      <Button variant="inline-link" ariaLabel={`Change ${product.name}`} onClick={() => start({ kind: "edit", product })}>
        Change
      </Button>
      <Button variant="inline-link" ariaLabel={`Receive stock of ${product.name}`} onClick={() => start({ kind: "receive", product })}>
        Receive stock
      </Button>
    </SpaceBetween>
  );
}

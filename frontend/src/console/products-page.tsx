import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useValidatedForm } from "../shared/validated-form";
import { EmptyNotice } from "../shared/empty-notice";
import { ErrorNotice } from "../shared/error-notice";
import { PageTitle } from "../shared/page-title";
import { Loading } from "../shared/loading";
import { QueryResult } from "../shared/query-result";
import { money } from "../shared/format";
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
      {task.kind === "receive" ? (
        <ReceiveStockForm key={task.product.sku} product={task.product} close={close} />
      ) : (
        <ProductForm
          key={task.kind === "edit" ? task.product.sku : "new"}
          existing={task.kind === "edit" ? task.product : undefined}
          close={close}
        />
      )}
      {news && <p role="status">{news} The shop shows it in a moment.</p>}
      <QueryResult
        query={products}
        loading={<Loading lines={8} label="Loading the products" />}
        empty={<EmptyNotice title="The shelf is empty.">Put the first product on it, above.</EmptyNotice>}
      >
        {(data) => <Products products={data} start={start} />}
      </QueryResult>
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
    <form className="panel" onSubmit={onSubmit} noValidate>
      <h2>{existing ? `Change ${existing.name}` : "Put a product on the shelf"}</h2>
      <div className="fields">
        {FIELDS.filter(({ newOnly }) => !newOnly || !existing).map(({ name, label, hint }) => (
          <FormField key={name} label={label} constraintText={hint} errorText={errors[name]}>
            <Input value={text[name]} onChange={({ detail }) => setText({ ...text, [name]: detail.value })} />
          </FormField>
        ))}
      </div>
      {putting.error && <ErrorNotice error={putting.error} />}
      <div className="actions">
        <Button formAction="none" onClick={() => (existing ? close() : setText(EMPTY))}>
          {existing ? "Cancel" : "Clear"}
        </Button>
        <Button variant="primary" formAction="submit" loading={putting.isPending}>
          Save
        </Button>
      </div>
    </form>
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
    <div className="panel scrolls" tabIndex={0} role="region" aria-label="All products">
      <table>
        <thead>
          <tr>
            <th scope="col">SKU</th>
            <th scope="col">Name</th>
            <th scope="col" className="number">
              Price
            </th>
            <th scope="col" className="number">
              Available
            </th>
            <th scope="col">
              <span className="hidden-text">Change</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {products.map((product) => (
            <tr key={product.sku}>
              <td>
                <code>{product.sku}</code>
              </td>
              <td>{product.name}</td>
              <td className="number">{money(product.unit_price, product.currency)}</td>
              <td className="number">{product.available.toLocaleString()}</td>
              <td>
                <button type="button" className="link" aria-label={`Change ${product.name}`} onClick={() => start({ kind: "edit", product })}>
                  Change
                </button>{" "}
                <button
                  type="button"
                  className="link"
                  aria-label={`Receive stock of ${product.name}`}
                  onClick={() => start({ kind: "receive", product })}
                >
                  Receive stock
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

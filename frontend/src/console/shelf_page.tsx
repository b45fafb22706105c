import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Product } from "../api/shop_api";
import { useChecked } from "../frame/checked_form";
import { EmptyNotice } from "../frame/empty_notice";
import { FaultNotice } from "../frame/fault_notice";
import { PageTitle } from "../frame/page_title";
import { Skeleton } from "../frame/skeleton";
import { money } from "../frame/writing";
import { useProducts } from "../shop/products";
import { putProduct } from "./console_api";
import { EMPTY, productOf, type ProductText, textOf } from "./product_form";

const FIELDS: { name: keyof ProductText; label: string; hint?: string }[] = [
  { name: "sku", label: "SKU", hint: "An existing one is changed." },
  { name: "name", label: "Name" },
  { name: "price", label: "Price" },
  { name: "currency", label: "Currency" },
  { name: "stock", label: "Stock", hint: "How many there are from now on." },
];

export default function ShelfPage() {
  const products = useProducts();
  const [text, setText] = useState(EMPTY);
  return (
    <>
      <PageTitle>Products</PageTitle>
      <ProductForm text={text} change={setText} />
      {products.data ? (
        <Products products={products.data} edit={(product) => setText(textOf(product))} />
      ) : products.error ? (
        <FaultNotice error={products.error} retry={() => void products.refetch()} />
      ) : (
        <Skeleton lines={8} label="Loading the products" />
      )}
    </>
  );
}

function ProductForm({ text, change }: { text: ProductText; change: (text: ProductText) => void }) {
  const queries = useQueryClient();
  const typed = productOf(text);
  const putting = useMutation({
    mutationFn: (product: Parameters<typeof putProduct>[1]) => putProduct(text.sku, product),
    onSuccess: () => {
      change(EMPTY);
      return queries.invalidateQueries({ queryKey: ["products"] });
    },
  });
  const { onSubmit, faults } = useChecked("faults" in typed ? typed.faults : {}, () => {
    if ("product" in typed && !putting.isPending) putting.mutate(typed.product);
  });
  return (
    <form className="panel" onSubmit={onSubmit} noValidate>
      <h2>Put a product on the shelf, or change one</h2>
      <div className="fields">
        {FIELDS.map(({ name, label, hint }) => (
          <FormField key={name} label={label} constraintText={hint} errorText={faults[name]}>
            <Input value={text[name]} onChange={({ detail }) => change({ ...text, [name]: detail.value })} />
          </FormField>
        ))}
      </div>
      {putting.error && <FaultNotice error={putting.error} />}
      {putting.data && Object.keys(faults).length === 0 && <p role="status">{putting.data.name} is on the shelf. The shop shows it in a moment.</p>}
      <div className="actions">
        <Button formAction="none" onClick={() => change(EMPTY)}>
          Clear
        </Button>
        <Button variant="primary" formAction="submit" loading={putting.isPending}>
          Save
        </Button>
      </div>
    </form>
  );
}

function Products({ products, edit }: { products: Product[]; edit: (product: Product) => void }) {
  if (products.length === 0) return <EmptyNotice title="The shelf is empty.">Put the first product on it, above.</EmptyNotice>;
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
                <button type="button" className="link" aria-label={`Change ${product.name}`} onClick={() => edit(product)}>
                  Change
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

import { DRAWINGS, PARCEL } from "./product-drawings";

/** A drawing of the product. Hidden from screen readers, because the name of the product is always beside it. */
export const ProductImage = ({ sku }: { sku: string }) => (
  <span className="product-image">
    <svg viewBox="0 0 120 120" aria-hidden="true">
      {DRAWINGS[sku] ?? PARCEL}
    </svg>
  </span>
);

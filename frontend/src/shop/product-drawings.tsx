// Line drawings of the seeded products (tools/local_cloud/seed.py), on a canvas of 120 × 120. The order of the entries is
// the order of the products in the shop. ProductImage sets the stroke. A shape with the class `shade` is lightly filled.
import type { ReactNode } from "react";

export const DRAWINGS: Readonly<Record<string, ReactNode>> = {
  "KETTLE-1": (
    <>
      <path className="shade" d="M45 50h36l8 42a5 5 0 0 1-5 6H42a5 5 0 0 1-5-6z" />
      <path d="M48 50c0-7 6-11 15-11s15 4 15 11M63 39v-5" />
      <circle cx="63" cy="30" r="4" />
      <path d="M38 88C20 86 30 62 23 51c-2-4-6-6-11-5M41 74c-8-4-4-20-11-29-4-5-12-6-19-3l1 4" />
      <path d="M83 56h10a12 12 0 0 1 12 12v2a14 14 0 0 1-14 14h-4" />
    </>
  ),
  "MACHINE-1": (
    <>
      <path className="shade" d="M22 26h76v20H48v42h50v12H22z" />
      <path d="M48 46v42M60 46v7h22v-7M82 49h18M67 53v6h8v-6M68 63v3M74 63v3M22 80h26" />
      <path d="M60 70h22v5a9 9 0 0 1-9 9h-4a9 9 0 0 1-9-9zM82 72h3a4 4 0 0 1 0 8h-4" />
      <circle cx="35" cy="60" r="7" />
      <path d="m35 60 3-4M30 36h24M84 36h4" />
    </>
  ),
  "GRINDER-1": (
    <>
      <path className="shade" d="M42 50h36v44a6 6 0 0 1-6 6H48a6 6 0 0 1-6-6z" />
      <path d="M42 72h36M38 50h44M44 50c0-9 6-14 16-14s16 5 16 14M60 36V24h30M50 78v14" />
      <path d="M86 24v-4a6 6 0 0 1 12 0v4z" />
    </>
  ),
  "DRIPPER-1": (
    <>
      <path className="shade" d="M28 32h60L70 70H46z" />
      <path d="M44 41l9 20M58 41v20M72 41l-9 20M86 38c11-3 18 2 17 10s-11 12-24 10M50 70v5M66 70v5" />
      <rect x="30" y="75" width="56" height="7" rx="3.5" />
      <path d="M58 90c3 4 5 7 5 9a5 5 0 0 1-10 0c0-2 2-5 5-9z" />
    </>
  ),
  "BEANS-250": (
    <>
      <path className="shade" d="M36 22h48l7 15v57a7 7 0 0 1-7 7H36a7 7 0 0 1-7-7V37z" />
      <path d="M29 37h62M36 22l4 15M84 22l-4 15M44 90h32" />
      <ellipse cx="60" cy="63" rx="12" ry="16" transform="rotate(30 60 63)" />
      <path d="M67 50c-1 8-4 10-7 13s-6 6-7 13" />
    </>
  ),
  "FILTER-100": (
    <>
      <path className="shade" d="M18 48c25-12 59-12 84 0L65 99a6 6 0 0 1-10 0z" />
      <path d="M18 48l3-8c24-11 54-11 78 0l3 8M22 39l3-8c21-9 49-9 70 0l3 8" />
      <path d="m91 54-29 40" strokeDasharray="4 6" />
    </>
  ),
  "SCALE-1": (
    <>
      <rect className="shade" x="16" y="74" width="88" height="22" rx="7" />
      <path d="M24 68h72M30 68v6M90 68v6M24 96v4M96 96v4" />
      <rect x="58" y="80" width="34" height="10" rx="3" />
      <path d="M66 85h8M80 85h4M28 85h6M40 85h6" />
      <path d="M42 38h30v16a14 14 0 0 1-14 14h-2a14 14 0 0 1-14-14zM72 42h5a7 7 0 0 1 0 14h-6M52 20c-3 4 3 6 0 11M62 20c-3 4 3 6 0 11" />
    </>
  ),
  "CARAFE-1": (
    <>
      <path d="M46 22h30l-5 24c0 5 21 13 21 35 0 13-9 20-19 20H47c-10 0-19-7-19-20 0-22 21-30 21-35l-5-20z" />
      <path className="shade" d="M31 70h58c2 3 3 7 3 11 0 13-9 20-19 20H47c-10 0-19-7-19-20 0-4 1-8 3-11z" />
      <rect x="44" y="42" width="32" height="9" rx="4.5" />
      <path d="M38 84c1 5 4 8 9 9" />
    </>
  ),
  "PRESS-1": (
    <>
      <path d="M36 44h42M40 44v52M74 44v52M40 48l-8-8M57 44V22M40 62h34" />
      <path className="shade" d="M40 66h34v30H40z" />
      <path d="M36 97h42v4H36zM44 44c0-6 5-9 13-9s13 3 13 9M74 54h10a9 9 0 0 1 9 9v18a9 9 0 0 1-9 9H74" />
      <circle cx="57" cy="18" r="4" />
    </>
  ),
  "CUP-2": (
    <>
      <path className="shade" d="M16 52h40l-4 43a6 6 0 0 1-6 5H26a6 6 0 0 1-6-5zM64 52h40l-4 43a6 6 0 0 1-6 5H74a6 6 0 0 1-6-5z" />
      <path d="M17 66c6 5 9-3 14 1s8 4 12 0 7-2 11-1M65 66c6 5 9-3 14 1s8 4 12 0 7-2 11-1" />
      <path d="M31 26c-4 6 4 9 0 15M41 26c-4 6 4 9 0 15M79 26c-4 6 4 9 0 15M89 26c-4 6 4 9 0 15" />
    </>
  ),
};

/** A parcel, for a product without a drawing. */
export const PARCEL: ReactNode = (
  <>
    <path className="shade" d="M60 20l38 18v44L60 100 22 82V38z" />
    <path d="M22 38l38 18 38-18M60 56v44M41 29l38 18v14" />
  </>
);

import type { NewOrder } from "../api/shop_api";

export type Address = NewOrder["shipping_address"];

/** Filled in beforehand, so that a first order takes one click. */
export const SAMPLE_ADDRESS: Address = {
  name: "Alex Example",
  line1: "1 Main Street",
  city: "Berlin",
  postal_code: "10115",
  country: "DE",
};

export const ADDRESS_FIELDS: { name: keyof Address; label: string; autocomplete: string; hint?: string }[] = [
  { name: "name", label: "Name", autocomplete: "name" },
  { name: "line1", label: "Street and number", autocomplete: "address-line1" },
  {
    name: "postal_code",
    label: "Postal code",
    autocomplete: "postal-code",
    hint: "The sandbox carrier refuses 00000, and never answers for 99999.",
  },
  { name: "city", label: "City", autocomplete: "address-level2" },
  { name: "country", label: "Country", autocomplete: "country", hint: "Its two letters, such as DE." },
];

/** What is wrong with each member that is; the API checks the rest. */
export function faultsOf(address: Address): Partial<Record<keyof Address, string>> {
  const empty = ADDRESS_FIELDS.filter(({ name }) => address[name].trim() === "");
  const faults = Object.fromEntries(empty.map(({ name, label }) => [name, `${label} is missing.`]));
  if (!/^[A-Z]{2}$/.test(address.country) && !faults["country"]) faults["country"] = "Use two capital letters, such as DE.";
  return faults;
}

import { messages } from "../messages";
import { isBlank, textError } from "../shared/text-validation";
import formats from "./postal-code-formats.json";

/** A shipping address as the customer types it. */
export interface Address {
  name: string;
  line1: string;
  city: string;
  postal_code: string;
  country: string;
}

/** The initial address of the form. With it, a first order takes one click. */
export const SAMPLE_ADDRESS: Address = {
  name: "Alex Example",
  line1: "1 Main Street",
  city: "Berlin",
  postal_code: "10115",
  country: "DE",
};

interface AddressField {
  name: keyof Address;
  label: string;
  missing: string;
  hint?: string;
  /** The value of the HTML attribute of the same name. */
  autocomplete: string;
}

export const ADDRESS_FIELDS: readonly AddressField[] = [
  { name: "name", ...messages.address.name, autocomplete: "name" },
  { name: "line1", ...messages.address.line1, autocomplete: "address-line1" },
  { name: "postal_code", ...messages.address.postal_code, autocomplete: "postal-code" },
  { name: "city", ...messages.address.city, autocomplete: "address-level2" },
  { name: "country", ...messages.address.country, autocomplete: "country" },
];

// By country: the pattern of a postal code without punctuation, and an example. Null if a country has no postal codes.
const FORMATS = formats as unknown as Readonly<Record<string, readonly [pattern: string, example: string] | null>>;

/** The error message of each invalid field. The API validates what the browser cannot, such as the list of countries. */
export function addressErrors(address: Address): Partial<Record<keyof Address, string>> {
  const errors: Partial<Record<keyof Address, string>> = {};
  for (const { name, missing } of ADDRESS_FIELDS) {
    const isOptional = name === "postal_code" && !FORMATS[address.country];
    const isMissing = isBlank(address[name]);
    const error = isMissing ? !(isOptional && !address[name].trim()) && missing : textError(address[name]);
    if (error) errors[name] = error;
  }
  if (!/^[A-Z]{2}$/.test(address.country)) errors.country ??= messages.address.countryFormat;
  const postalCode = postalCodeError(address.country, address.postal_code);
  if (postalCode) errors.postal_code ??= postalCode;
  return errors;
}

function postalCodeError(country: string, postalCode: string): string | undefined {
  const format = FORMATS[country];
  if (!format) return undefined;
  const [pattern, example] = format;
  const isValid = new RegExp(`^(?:${pattern})$`).test(withoutPunctuation(postalCode));
  return isValid ? undefined : messages.address.postalCodeFormat(country, example);
}

/** Keeps letters and digits, in capitals. Converts the full-width characters of East Asia to ASCII. */
const withoutPunctuation = (postalCode: string): string =>
  postalCode.normalize("NFKC").toUpperCase().replace(/[\p{P}\p{Z}\p{S}]/gu, "");

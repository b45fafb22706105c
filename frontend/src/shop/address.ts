import { isBlank, textError } from "../shared/text";
import formats from "./postal-code-formats.json";

/** An address as it is typed. */
export interface Address {
  name: string;
  line1: string;
  city: string;
  postal_code: string;
  country: string;
}

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
    hint: "In Germany, the sandbox carrier refuses 00000 and never answers for 99999. Some countries have no postal codes.",
  },
  { name: "city", label: "City", autocomplete: "address-level2" },
  { name: "country", label: "Country", autocomplete: "country", hint: "Its two letters, such as DE." },
];

// By country: the form of a postal code without punctuation, and an example; null where a country has no postal codes.
const FORMATS = formats as unknown as Readonly<Record<string, readonly [form: string, example: string] | null>>;

/** What is wrong with each member that is; the API checks the rest. */
export function addressErrors(address: Address): Partial<Record<keyof Address, string>> {
  const errors: Partial<Record<keyof Address, string>> = {};
  for (const { name, label } of ADDRESS_FIELDS) {
    const isOptional = name === "postal_code" && !FORMATS[address.country];
    const isMissing = isBlank(address[name]);
    const error = isMissing ? !(isOptional && !address[name].trim()) && `${label} is missing.` : textError(address[name]);
    if (error) errors[name] = error;
  }
  if (!/^[A-Z]{2}$/.test(address.country)) errors.country ??= "Use two capital letters, such as DE.";
  const postalCode = postalCodeError(address.country, address.postal_code);
  if (postalCode) errors.postal_code ??= postalCode;
  return errors;
}

function postalCodeError(country: string, postalCode: string): string | undefined {
  const format = FORMATS[country];
  if (!format) return undefined;
  const [form, example] = format;
  return new RegExp(`^(?:${form})$`).test(withoutPunctuation(postalCode)) ? undefined : `Write it as in ${country}, such as ${example}.`;
}

/** Letters and digits alone, in capitals; the wide ones of East Asia as the usual ones. */
const withoutPunctuation = (postalCode: string): string =>
  postalCode.normalize("NFKC").toUpperCase().replace(/[\p{P}\p{Z}\p{S}]/gu, "");

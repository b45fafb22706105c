import { expect, it } from "vitest";
import contract from "../../../contracts/openapi.json";
import { partStatusLabel, statusLabel } from "./order-status";

const STATUSES = contract.components.schemas.Status.enum;

it("has a label for each status of the API", () => {
  for (const status of STATUSES) expect(statusLabel(status)).not.toBe(status);
});

it("shows the status of a part in sentence case", () => {
  expect(partStatusLabel("ACTION_REQUIRED")).toBe("Action required");
});

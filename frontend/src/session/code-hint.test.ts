import { expect, it } from "vitest";
import { codeHint } from "./code-hint";

it("mentions the local cloud only to its users", () => {
  expect(codeHint({ cognito_endpoint: "http://127.0.0.1:8080/cognito" })).toContain("enter any six digits");
  for (const config of [{}, { cognito_endpoint: "" }, undefined]) expect(codeHint(config)).toBe("Six digits.");
});

import { renderToStaticMarkup } from "react-dom/server";
import { MemoryRouter } from "react-router";
import { expect, it, vi } from "vitest";
import { SignedInOnly } from "./protected-routes";

vi.mock("./session", () => ({ useUser: () => null }));
vi.mock("react-router", async (load) => ({ ...(await load<object>()), Navigate: ({ state }: { state: { back: string } }) => state.back }));

it("returns a guest to the whole address after signing in, such as a tab of an order", () => {
  const page = (
    <MemoryRouter initialEntries={["/orders/one?from=email#events"]}>
      <SignedInOnly />
    </MemoryRouter>
  );
  expect(renderToStaticMarkup(page)).toBe("/orders/one?from=email#events");
});

import { describe, expect, it } from "vitest";
import { retryWhenThrottled } from "./retry-when-throttled";

const throttled = (retryAfter?: string) =>
  new Response(null, { status: 429, headers: retryAfter ? { "Retry-After": retryAfter } : {} });
const order = () =>
  new Request("http://shop.test/api/orders", { method: "POST", body: "{}", headers: { "Idempotency-Key": "key" } });

function api(...responses: Response[]) {
  const requests: string[] = [];
  const waits: number[] = [];
  const send = retryWhenThrottled(
    async (request) => {
      requests.push(`${request.headers.get("Idempotency-Key")} ${await request.text()}`);
      return responses.shift() ?? throttled();
    },
    (seconds) => {
      waits.push(seconds);
      return Promise.resolve();
    },
  );
  return { send, requests, waits };
}

describe("a throttled request", () => {
  it("is retried with the same key and body after the delay in Retry-After", async () => {
    const { send, requests, waits } = api(throttled("3"), throttled(), new Response(null, { status: 202 }));

    expect((await send(order())).status).toBe(202);
    expect(requests).toEqual(["key {}", "key {}", "key {}"]);
    expect(waits).toEqual([3, 1]);
  });

  it("returns the 429 after the last retry", async () => {
    const { send, requests } = api();

    expect((await send(order())).status).toBe(429);
    expect(requests).toHaveLength(7);
  });

  it("limits the delay, and ignores an invalid Retry-After", async () => {
    const { send, waits } = api(throttled("86400"), throttled("soon"), throttled("-1"), new Response());

    await send(order());
    expect(waits).toEqual([10, 1, 1]);
  });
});

it("does not retry after any other response", async () => {
  const { send, requests } = api(new Response(null, { status: 503 }));

  expect((await send(order())).status).toBe(503);
  expect(requests).toHaveLength(1);
});

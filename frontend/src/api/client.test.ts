import { expect, it } from "vitest";
import { ApiError } from "./api-error";
import { allPages } from "./client";

const stale = new ApiError(400, { type: "urn:serverless-orders:problem:next-token" });

it("restarts a list from its first page when its next_token is no longer valid", async () => {
  const requested: (string | undefined)[] = [];
  const all = await allPages((token) => {
    requested.push(token);
    if (token === "a") return Promise.reject(stale);
    return Promise.resolve(token === "b" ? { items: [3] } : requested.length === 1 ? { items: [1], next_token: "a" } : { items: [2], next_token: "b" });
  });

  expect(all).toEqual([2, 3]);
  expect(requested).toEqual([undefined, "a", undefined, "b"]);
});

it("gives up after three starts, and immediately after any other error", async () => {
  let requests = 0;
  const alwaysStale = (token?: string) => (++requests, token ? Promise.reject(stale) : Promise.resolve({ items: [1], next_token: "a" }));
  await expect(allPages(alwaysStale)).rejects.toBe(stale);
  expect(requests).toBe(6);
  await expect(allPages(() => Promise.reject(new ApiError(500)))).rejects.toThrow(ApiError);
});

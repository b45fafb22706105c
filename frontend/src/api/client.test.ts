import { expect, it } from "vitest";
import { ApiError } from "./api-error";
import { allPages } from "./client";

const stale = new ApiError(400, { type: "urn:serverless-orders:problem:next-token" });

it("reads a list from its start when the last entry of a page has left it", async () => {
  const asked: (string | undefined)[] = [];
  const all = await allPages((token) => {
    asked.push(token);
    if (token === "a") return Promise.reject(stale);
    return Promise.resolve(token === "b" ? { items: [3] } : asked.length === 1 ? { items: [1], next_token: "a" } : { items: [2], next_token: "b" });
  });

  expect(all).toEqual([2, 3]);
  expect(asked).toEqual([undefined, "a", undefined, "b"]);
});

it("gives up in the end, and at once on anything else", async () => {
  let asked = 0;
  const endless = (token?: string) => (++asked, token ? Promise.reject(stale) : Promise.resolve({ items: [1], next_token: "a" }));
  await expect(allPages(endless)).rejects.toBe(stale);
  expect(asked).toBe(6);
  await expect(allPages(() => Promise.reject(new ApiError(500)))).rejects.toThrow(ApiError);
});

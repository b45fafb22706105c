/** A UUID in lower case, anywhere in a text. Ids of orders, customers and rebuilds are UUIDs. */
export const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

"""The contracts, as documents: OpenAPI, AsyncAPI and JSON Schema, derived from the types that the functions use."""

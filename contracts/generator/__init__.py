"""Generator of the contracts (OpenAPI, AsyncAPI and JSON Schema) from the types that the functions use."""

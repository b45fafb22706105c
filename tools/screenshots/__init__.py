"""The pictures of the web page in the documents, taken from the running local cloud."""

"""Generate the tables of currencies, countries and postal codes that the functions and the web page share."""

"""Tools for the event store: the audit, SQL queries, republishing, and setting objects aside."""

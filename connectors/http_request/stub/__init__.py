"""The fake service of the HTTP connector."""

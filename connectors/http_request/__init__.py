"""HTTP request: reads from and sends to any web service that speaks JSON or text."""

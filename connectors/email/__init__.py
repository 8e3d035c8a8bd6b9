"""E-mail: sends messages through an SMTP server."""

"""What pages are made of: small Vue components that the browser runs, each with its Python name."""

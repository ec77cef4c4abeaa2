"""What the decoders of gates and cameras share: strangers' XML and JSON, inputs, and what is left unread."""

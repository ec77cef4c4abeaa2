"""What the centre remembers: one function per use case, one transaction each."""

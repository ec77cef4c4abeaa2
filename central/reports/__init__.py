"""What people report: checked, cleaned, and made into the events that tickets are made of. Pure."""

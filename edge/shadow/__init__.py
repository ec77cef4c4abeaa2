"""A new model beside the one that decides: it looks at the same pictures, and is believed nothing."""

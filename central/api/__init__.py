"""The HTTP side: one file a subject, put together in `service.py`."""

"""Where a flying camera was, when, and how it looked; one type for every make's telemetry. Pure."""

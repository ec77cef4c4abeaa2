"""Detectors: what they return, where they come from, how they run."""

import os

# From 1.29 on ONNX Runtime tells its makers which models run where, and keeps a number of this machine in the
# user's cache for that; it asks nobody. Only this stops all of it, and only before it is loaded.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

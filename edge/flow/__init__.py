"""Queue is not parking: does what stands wait for what stands before it? `docs/rules.md` is its theory."""

from edge.flow.queue import Flow

__all__ = ["Flow"]

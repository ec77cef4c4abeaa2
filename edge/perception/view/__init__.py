"""How far a view can be trusted, and where the camera looks now."""

from edge.perception.view.settings import ViewSettings
from edge.perception.view.watch import ViewWatch
from edge.viewwords import decides

__all__ = ["ViewSettings", "ViewWatch", "decides"]

"""How far a view can be trusted, and where the camera looks now."""

from edge.perception.view.conditions import CONDITIONS, Condition, decides
from edge.perception.view.settings import ViewSettings
from edge.perception.view.watch import ViewWatch

__all__ = ["CONDITIONS", "Condition", "ViewSettings", "ViewWatch", "decides"]

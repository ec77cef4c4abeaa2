"""Every table of the centre: what the migrations must amount to."""

from central.store import (
    ask_tables,
    configuration_tables,
    delivery_tables,
    export_tables,
    feedback_tables,
    fleet_tables,
    flight_tables,
    grid_tables,
    identity_tables,
    indicator_tables,
    model_tables,
    people_tables,
    report_tables,
    retention_tables,
    tally_tables,
    upload_tables,
)
from central.store.schema import METADATA

__all__ = [
    "METADATA",
    "ask_tables",
    "configuration_tables",
    "delivery_tables",
    "export_tables",
    "feedback_tables",
    "fleet_tables",
    "flight_tables",
    "grid_tables",
    "identity_tables",
    "indicator_tables",
    "model_tables",
    "people_tables",
    "report_tables",
    "retention_tables",
    "tally_tables",
    "upload_tables",
]

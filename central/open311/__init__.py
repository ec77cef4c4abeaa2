"""Open311 GeoReport v2: what it asks and how it is answered, in XML and JSON. Pure."""

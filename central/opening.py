"""What every command needs before it can begin; light, for most commands serve nothing."""

import logging
from typing import TYPE_CHECKING

from central.settings import CentralSettings
from central.store.database import Store, StoreAway
from central.store.migrate import migrate

if TYPE_CHECKING:
    from central.identity.registry import Registry
    from central.models.shelf import Shelf

log = logging.getLogger(__name__)


class CannotStart(Exception):
    """Something the centre needs is not there; the words say what."""


def reach_store(settings: CentralSettings) -> Store:
    """The database as it is. Raises CannotStart."""
    try:
        return Store(settings.database_url())
    except OSError as error:
        raise CannotStart(f"database.password_file: {error}") from error


def open_store(settings: CentralSettings) -> Store:
    """The database at the schema of this version. Raises CannotStart or NewerSchema."""
    store = reach_store(settings)
    try:
        before, after = migrate(store)
    except StoreAway as error:
        store.close()
        raise CannotStart(f"database {store.engine.url!r}: {error}") from error
    if before != after:
        log.info("database: schema %s (was %s)", after, before or "empty")
    return store


def reach_shelf(settings: CentralSettings) -> "Shelf":
    """Where bundles of models lie. Raises CannotStart."""
    from broker.bundles import BundleError  # signatures take a while to load
    from central.models.reading import trusting
    from central.models.shelf import Shelf

    wanted = settings.models
    try:
        trust = trusting(wanted.keys, wanted.threshold, require_signed=wanted.require_signed)
        max_bytes, free = int(wanted.max_mb * 1e6), settings.evidence.keep_free_mb
        shelf = Shelf(settings.models_directory, trust, max_bytes=max_bytes, keep_free_mb=free)
        shelf.prepare()
    except (BundleError, OSError) as error:
        raise CannotStart(f"models: {error}") from error
    return shelf


def reach_nodes(settings: CentralSettings, store: Store) -> "Registry":
    """Who the nodes are. Raises CannotStart where only enrolled ones count and none can be enrolled."""
    from central.identity.registry import NoAuthority, Registry, Told  # certificates take a while to load

    listen, nodes = settings.listen, settings.nodes
    host = f"[{listen.host}]" if ":" in listen.host else listen.host
    told = Told(nodes.broker_url or settings.broker.url, nodes.centre_url or f"http://{host}:{listen.port}")
    registry = Registry(store, nodes, settings.authority_directory, told)
    if nodes.enrolled_only:
        try:
            registry.authority()
        except NoAuthority as error:
            store.close()
            raise CannotStart(str(error)) from error
    return registry

"""Dashboards, scraping and alerts ask for metrics that exist, and as Prometheus and Grafana read them."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric

from central.metrics import Metrics
from edge.onsite.metrics import Figures
from tests.conftest import ROOT
from tests.onsite import Seen, serving

DEPLOY = ROOT / "configs" / "deploy"
BOARDS = sorted((DEPLOY / "grafana").glob("*.json"))
ALERTS = DEPLOY / "prometheus" / "alerts.yaml"
NAME = re.compile(r"\bgewu_[a-z0-9_]+")
LABELS = re.compile(r"\b(gewu_[a-z0-9_]+)\{([^}]*)\}")
KINDS = {"timeseries", "stat", "table", "row"}
# Labels that Prometheus itself adds.
ADDED = {"instance", "job"}


@cache
def collected() -> tuple[Metric, ...]:
    """Every family that node and centre can give."""
    nodes = CollectorRegistry(auto_describe=False)
    nodes.register(Figures(Seen().take))
    centre = [one.collect() for one in vars(Metrics()).values() if hasattr(one, "_labelnames")]
    return (*nodes.collect(), *(family for each in centre for family in each))


def named(family: Metric) -> str:
    return family.name + {"counter": "_total", "info": "_info"}.get(family.type, "")


@cache
def families() -> dict[str, tuple[str, frozenset[str]]]:
    """Type and labels of each."""
    found = {
        named(family): (family.type, frozenset(label for s in family.samples for label in s.labels) - {"le"})
        for family in collected()
    }
    own = [one for one in vars(Metrics()).values() if hasattr(one, "_labelnames")]
    labelled = {named(next(iter(one.collect()))): frozenset(one._labelnames) for one in own}
    return {name: (sort, labelled.get(name, labels)) for name, (sort, labels) in found.items()}


@cache
def known() -> dict[str, frozenset[str]]:
    """Every sample that node and centre can give, with its labels."""
    found: dict[str, frozenset[str]] = {}
    for name, (sort, labels) in families().items():
        ends = ("_bucket", "_sum", "_count") if sort == "histogram" else ("",)
        found |= {name + end: labels | ({"le"} if end == "_bucket" else set()) for end in ends}
    return found


def panels(board: Any) -> Iterator[Any]:
    for panel in board["panels"]:
        yield panel
        yield from panels(panel) if "panels" in panel else ()


def queries() -> Iterator[tuple[str, str]]:
    """Where, and what is asked."""
    for path in BOARDS:
        board = json.loads(path.read_text(encoding="utf-8"))
        for panel in panels(board):
            yield from ((f"{path.name}: {panel['title']}", each["expr"]) for each in panel.get("targets", []))
        for variable in board["templating"]["list"]:
            if variable["type"] == "query":
                yield f"{path.name}: {variable['name']}", variable["definition"]
    for group in yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]:
        yield from ((rule["alert"], rule["expr"]) for rule in group["rules"])


def test_every_query_names_metrics_and_labels_that_exist() -> None:
    wrong: list[tuple[str, ...]] = []
    for where, asked in queries():
        wrong += [(where, name) for name in NAME.findall(asked) if name not in known()]
        for name, labels in LABELS.findall(asked):
            given = set(re.findall(r"(\w+)\s*(?:=|!|~)", re.sub(r'"[^"]*"', "", labels)))
            wrong += [(where, name, label) for label in given - ADDED - known().get(name, frozenset())]
    assert wrong == []


def test_every_metric_of_a_node_is_on_a_dashboard_or_in_an_alert() -> None:
    asked = {name for _, text in queries() for name in NAME.findall(text)}
    unasked = {name for name in known() if name.startswith("gewu_edge_") and name not in asked}
    assert unasked == set()


@pytest.mark.parametrize("path", BOARDS, ids=lambda path: path.name)
def test_a_dashboard_is_whole(path: Path) -> None:
    board = json.loads(path.read_text(encoding="utf-8"))
    assert {"uid", "title", "schemaVersion", "panels", "templating", "time"} <= set(board)
    every = list(panels(board))
    ids = [panel["id"] for panel in every]
    assert len(ids) == len(set(ids))
    names = {variable["name"] for variable in board["templating"]["list"]}
    taken: set[tuple[int, int]] = set()
    for panel in every:
        assert panel["type"] in KINDS
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert place["x"] + place["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells
        used = set(re.findall(r"\$\{?(\w+)", json.dumps(panel)))
        assert used - {"__all", "labels", "value"} <= names
        assert panel["type"] == "row" or len({each["refId"] for each in panel["targets"]}) == len(
            panel["targets"]
        )


def test_alerts_say_what_they_mean_and_how_grave_it_is() -> None:
    groups = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert len({rule["alert"] for rule in rules}) == len(rules)
    page = (ROOT / "docs" / "observability.md").read_text(encoding="utf-8")
    for rule in rules:
        assert rule["labels"]["severity"] in ("low", "normal", "high")
        assert set(rule["annotations"]) == {"summary", "description"}
        assert f"`{rule['alert']}`" in page, rule["alert"]


UNITS = {
    "timestamp_seconds": "s since 1970",
    "start_time_seconds": "s since 1970",
    "seconds": "s",
    "bytes": "bytes",
    "celsius": "°C",
    "ratio": "share",
    "megabytes": "MB",
    "info": "1",
}
ROW = re.compile(r"^\| `(gewu_\w+)` \| (\w+) \| ([^|]+) \| ([^|]*) \| ([^|]+) \|$", re.M)


def test_the_docs_and_the_code_agree_on_every_metric_its_type_unit_and_labels() -> None:
    page = (ROOT / "docs" / "observability.md").read_text(encoding="utf-8")
    rows = ROW.findall(page)
    told = {name: (sort, frozenset(re.findall(r"`(\w+)`", labels))) for name, sort, _, labels, _ in rows}
    assert len(told) == len(rows)
    assert told == families()
    for name, sort, unit, _, says in rows:
        ends = [words for end, words in UNITS.items() if name.removesuffix("_total").endswith(f"_{end}")]
        assert (ends[0] if ends else unit) == unit, name
        assert ends or unit not in UNITS.values(), name
        assert (unit == "0 or 1") <= (sort == "gauge"), name
        assert len(says) > 8, name


def test_provisioning_names_the_files_that_there_are() -> None:
    source = yaml.safe_load((DEPLOY / "grafana" / "datasource.yaml").read_text())["datasources"][0]
    assert source["uid"] == "gewu-prometheus"
    rules = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yaml").read_text())
    assert rules["rule_files"] == ["alerts.yaml"]
    jobs = {job["job_name"] for job in rules["scrape_configs"]}
    assert jobs == {match for _, text in queries() for match in re.findall(r'job="([^"]+)"', text)}


promtool = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="promtool is not installed (prometheus)"
)


@promtool
def test_prometheus_itself_takes_configuration_rules_and_every_query(tmp_path: Path) -> None:
    folder = shutil.copytree(DEPLOY / "prometheus", tmp_path / "prometheus")
    config = folder / "prometheus.yaml"
    config.write_text(config.read_text().replace("/etc/prometheus/secrets", str(tmp_path)))
    for name in ("gewu-edge-token", "gewu-central-token"):
        (tmp_path / name).write_text("x")
    done = subprocess.run(
        ["promtool", "check", "config", str(config)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    expressions = [
        asked.replace("$node", ".*").replace("$source", ".*").replace("$centre", ".*")
        for _, asked in queries()
        if not asked.startswith("label_values")
    ]
    rules = [{"record": f"asked:{n}", "expr": each} for n, each in enumerate(expressions)]
    (tmp_path / "asked.yaml").write_text(yaml.safe_dump({"groups": [{"name": "asked", "rules": rules}]}))
    done = subprocess.run(
        ["promtool", "check", "rules", "--lint=none", str(tmp_path / "asked.yaml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@promtool
def test_prometheus_finds_nothing_to_say_about_a_nodes_figures() -> None:
    with serving() as url:
        text = httpx.get(f"{url}/metrics").content
    done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, b"")

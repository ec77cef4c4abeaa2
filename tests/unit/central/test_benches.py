"""The benches of load and queries run, small; what they measure is not looked at."""

import json

import pytest

from tests.bench import load, query


def test_a_small_load_loses_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--seconds", "1", "--nodes", "4", "--rate", "20", "--burst", "10", "--bursts", "1"]
    load.main([*words, "--cells", "30", "--broker", "embedded"])
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert figures["events"] >= 30
    assert (figures["lost"], figures["without_receipt"], figures["not_shown"]) == (0, 0, 0)
    assert figures["receipts"] == {"committed": figures["events"]}
    assert {"nodes", "p50_s", "p99_s", "rss_growth_mb", "burst_drained_s"} <= figures.keys()


def test_small_questions_are_asked_and_explained(
    capsys: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    plans = tmp_path_factory.mktemp("plans") / "plans.md"
    words = ["--tickets", "3000", "--events", "9000", "--store", "sqlite", "--rounds", "1", "--no-http"]
    query.main([*words, "--plans", str(plans)])
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert {"list newest", "ticket page", "summary", "map city, open"} <= figures["questions"].keys()
    assert "SCAN inbox" not in plans.read_text()
    assert "SCAN ticket_log" not in plans.read_text()

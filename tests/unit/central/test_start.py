"""What keeps the centre from starting is told, with the exit code of the docs."""

import socket
import subprocess
import sys
from pathlib import Path

from central.app import listening
from central.settings import ListenSettings
from tests.ports import free_port


def test_a_port_that_is_taken_is_told_before_anything_is_taken_in(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        path = tmp_path / "central.yaml"
        path.write_text(
            f"storage: {{directory: '{tmp_path}/var'}}\n"
            "broker: {url: 'mqtt://127.0.0.1:1'}\n"
            f"listen: {{port: {port}}}\n"
        )
        command = [sys.executable, "-m", "central.cli", "serve", str(path)]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert f"gewu-central: listen: 127.0.0.1:{port} cannot be used: " in ended.stderr
    assert "http://" not in ended.stdout
    assert "broker" not in ended.stdout + ended.stderr


def test_answers_do_not_wait_for_the_one_who_asks_to_acknowledge_their_heads() -> None:
    """Head and body are written apart; a machine that holds the second back costs 40 ms an answer."""
    where = ListenSettings(port=free_port())
    with listening(where) as door, socket.create_connection((where.host, where.port)):
        connection, _ = door.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

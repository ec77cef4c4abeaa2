"""`verify` at a node as a real process, with a video and a broker, through a kill."""

import time
from pathlib import Path

from broker.events import SceneAnswer, SequenceRange
from broker.messages import Resend, Verify
from tests.brokers import Mosquitto
from tests.corner import Corner, Scene, codes
from tests.footage import make_video
from tests.nodes import Centre, Node, until
from tests.street import HEIGHT, WIDTH

ELSEWHERE = (20, 30, 90, 80)


def street(folder: Path, url: str) -> tuple[str, str]:
    """What a node keeps of a car that has left, and of one that stands elsewhere and goes on to do so."""
    corner = Corner(folder, utc=time.time() - 60.0, url=url)
    corner.watch(24, Scene())
    left = corner.situation()
    corner.watch(14, Scene(car=None))
    corner.watch(6, Scene(car=ELSEWHERE))
    stands = corner.stories[-1]
    corner.close()
    scene = Scene(car=ELSEWHERE)
    made = range(0, 40_000, 100)
    video = {"size": (WIDTH, HEIGHT), "codec": "mpeg4", "rate": 10, "options": {"qscale": "2"}}
    make_video(folder / "street.mkv", made, drawn=lambda index, _: scene.picture(index), **video)  # type: ignore[arg-type]
    return left, stands


def answers(centre: Centre) -> dict[str, SceneAnswer]:
    """By situation; each comes once."""
    found = [answer for event in centre.of("scene.verified.v1") for answer in event.data.answers]  # type: ignore[union-attr]
    assert len({answer.situation for answer in found}) == len(found)
    return {answer.situation: answer for answer in found}


def test_places_are_looked_at_again_and_answered_once_through_a_kill(
    mosquitto_broker: Mosquitto, tmp_path: Path
) -> None:
    left, stands = street(tmp_path, mosquitto_broker.url)
    config = tmp_path / "edge.yaml"
    command = Verify(id="v-1", situations=[left, stands, "s-unknown"])
    with Centre(mosquitto_broker.url) as centre:
        with Node(config) as node:
            until(lambda: centre.said.get("state"))
            centre.say("command", command)
            until(lambda: "the centre asks to look at 3 places again, 3 of them new" in node.text)
            node.process.kill()
        with Node(config) as node:
            until(lambda: len(answers(centre)) == 3)
            told = {name: (answer.outcome, codes(answer)[0]) for name, answer in answers(centre).items()}
            assert told == {
                left: ("clear", "seen_empty"),
                stands: ("occupied", "still_there"),
                "s-unknown": ("not_in_view", "unknown_situation"),
            }
            for name in (left, stands):
                (picture,) = answers(centre)[name].evidence
                assert (tmp_path / "data" / "evidence" / picture.sha256).is_file()
            times = {event.id: len(centre.bodies[event.id]) for event in centre.of("scene.verified.v1")}
            until(lambda: not node_pending(centre))
            centre.say("command", command)
            until(lambda: "3 places again, 0 of them new" in node.text)
            until(lambda: all(len(centre.bodies[name]) > count for name, count in times.items()))
            assert len(answers(centre)) == 3
            asked_again(centre)
            assert node.stop() == 0


def node_pending(centre: Centre) -> int:
    """Events without a receipt, by the node's last word."""
    return int(centre.said["state"][-1]["pending"])


def asked_again(centre: Centre) -> None:
    """A centre that lost an answer gets the very bytes again."""
    event = next(event for event in centre.of("scene.verified.v1") if event.subject == "cam-1")
    times = len(centre.bodies[event.id])
    sequence = int(event.sequence)
    hole = SequenceRange(epoch=event.epoch, first=sequence, last=sequence)

    def came() -> bool:
        """What is on its way already is not sent once more for being asked for."""
        centre.say("command", Resend(id="r-1", ranges=[hole]))
        time.sleep(0.3)
        return len(centre.bodies[event.id]) > times

    until(came)

"""A real RTSP server for tests: GStreamer's, run by the system Python that Debian's python3-gi belongs to.

Serves a test pattern, or a video file over and over, at rtsp://127.0.0.1:PORT/live and prints
`READY URL` once it listens. Needs no package of the project.
"""

import argparse
import sys
import time

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstApp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gio, GLib, Gst, GstApp, GstRtspServer  # noqa: E402, F401 - GstApp adds methods

ENCODERS = {
    "h264": "x264enc tune=zerolatency speed-preset=ultrafast key-int-max={gop} ! h264parse ! "
    "rtph264pay name=pay0 pt=96 config-interval=1",
    "h265": "x265enc tune=zerolatency speed-preset=ultrafast key-int-max={gop} ! h265parse ! "
    "rtph265pay name=pay0 pt=96 config-interval=1",
    "jpeg": "jpegenc ! rtpjpegpay name=pay0 pt=26",
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", default="0", help="0 picks a free one")
    parser.add_argument("--file", help="serve this file over and over instead of the pattern")
    parser.add_argument("--size", default="320x240")
    parser.add_argument("--fps", type=int, default=10)
    parser.add_argument("--gop", type=int, default=10, help="frames from one key frame to the next")
    parser.add_argument("--codec", choices=sorted(ENCODERS), default="h264")
    parser.add_argument("--user")
    parser.add_argument("--password")
    parser.add_argument("--certificate", help="PEM with key and certificate: serve rtsps")
    parser.add_argument("--freeze-after", type=int, help="send nothing more after this many frames")
    return parser.parse_args()


def pattern(options: argparse.Namespace) -> str:
    width, height = options.size.split("x")
    source = "videotestsrc is-live=true pattern=ball"
    if options.freeze_after:
        # the connection stays, the pictures do not
        source += " ! identity name=tap"
    return f"{source} ! video/x-raw,width={width},height={height},framerate={options.fps}/1,format=I420"


class Loop:
    """Decodes a file in its own time, again and again, into whatever `appsrc` is being served."""

    def __init__(self, path: str) -> None:
        self.sinks: list = []
        self.pipeline = Gst.parse_launch(
            "filesrc name=file ! decodebin ! videoconvert ! video/x-raw,format=I420 ! "
            "appsink name=out sync=true emit-signals=true max-buffers=2"
        )
        self.pipeline.get_by_name("file").set_property("location", path)
        self.pipeline.get_by_name("out").connect("new-sample", self.push)
        bus = self.pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message::eos", lambda *_: self.rewind())
        bus.connect("message::error", lambda _, m: sys.exit(str(m.parse_error())))
        self.pipeline.set_state(Gst.State.PLAYING)

    def rewind(self) -> None:
        self.pipeline.seek_simple(Gst.Format.TIME, Gst.SeekFlags.FLUSH | Gst.SeekFlags.KEY_UNIT, 0)

    def push(self, out: object) -> Gst.FlowReturn:
        sample = out.emit("pull-sample")
        caps = Gst.Caps.from_string(sample.get_caps().to_string())
        data = sample.get_buffer()
        for sink in list(self.sinks):
            sink.set_property("caps", caps)
            copy = data.copy_deep()
            copy.pts = copy.dts = Gst.CLOCK_TIME_NONE
            if sink.emit("push-buffer", copy) != Gst.FlowReturn.OK:
                self.sinks.remove(sink)
        return Gst.FlowReturn.OK

    def serve(self, media: GstRtspServer.RTSPMedia) -> None:
        self.sinks.append(media.get_element().get_by_name("in"))


def freeze(media: GstRtspServer.RTSPMedia, after: int) -> None:
    seen = [0]

    def drop(_pad: Gst.Pad, _info: Gst.PadProbeInfo) -> Gst.PadProbeReturn:
        seen[0] += 1
        return Gst.PadProbeReturn.DROP if seen[0] > after else Gst.PadProbeReturn.OK

    pad = media.get_element().get_by_name("tap").get_static_pad("src")
    pad.add_probe(Gst.PadProbeType.BUFFER, drop)


def factory(options: argparse.Namespace) -> GstRtspServer.RTSPMediaFactory:
    made = GstRtspServer.RTSPMediaFactory()
    source = "appsrc name=in is-live=true do-timestamp=true format=time" if options.file else pattern(options)
    made.set_launch(f"( {source} ! {ENCODERS[options.codec].format(gop=options.gop)} )")
    made.set_shared(True)
    if options.file:
        loop = Loop(options.file)
        made.connect("media-configure", lambda _, media: loop.serve(media))
    elif options.freeze_after:
        made.connect("media-configure", lambda _, media: freeze(media, options.freeze_after))
    return made


def guard(server: GstRtspServer.RTSPServer, made: object, options: argparse.Namespace) -> None:
    auth = GstRtspServer.RTSPAuth()
    if options.certificate:
        auth.set_tls_certificate(Gio.TlsCertificate.new_from_file(options.certificate))
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    rights = "viewer,media.factory.access=true,media.factory.construct=true"
    made.add_role_from_structure(Gst.Structure.from_string(rights)[0])
    if options.user:
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(options.user, options.password), token)
    else:
        auth.set_default_token(token)
    server.set_auth(auth)


def main() -> None:
    options = arguments()
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(options.port)
    made = factory(options)
    if options.user or options.certificate:
        guard(server, made, options)
    server.get_mount_points().add_factory("/live", made)
    while not server.attach(None):  # a killed predecessor's port may need a moment
        time.sleep(0.2)
    scheme = "rtsps" if options.certificate else "rtsp"
    print(f"READY {scheme}://127.0.0.1:{server.get_bound_port()}/live", flush=True)
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()

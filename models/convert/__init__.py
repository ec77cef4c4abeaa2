"""From what was fetched to the ONNX file that runs, one conversion a file: `convert(members) -> bytes`."""

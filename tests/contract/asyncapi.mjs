// Parses an AsyncAPI document with the official parser; prints what it holds, or what is wrong with it.
import { Parser, fromFile } from "@asyncapi/parser";

const { document, diagnostics } = await fromFile(new Parser(), process.argv[2]).parse();
const wrong = diagnostics.filter((found) => found.severity === 0);
if (!document || wrong.length) {
  console.error(JSON.stringify(wrong, null, 2));
  process.exit(1);
}
console.log(
  JSON.stringify({
    version: document.version(),
    channels: document.channels().all().map((channel) => channel.address()),
    operations: document.operations().all().map((operation) => operation.id()),
    messages: document.components().messages().all().map((message) => [
      message.name(),
      message.contentType(),
      Object.keys(message.payload().properties() ?? {}).length,
    ]),
    warnings: diagnostics.map((found) => found.code),
  }),
);

// Validates each file with the CloudEvents project's own schema; prints one "ok" a file.
import { readFileSync } from "node:fs";
import { CloudEvent } from "cloudevents";

for (const file of process.argv.slice(2)) {
  new CloudEvent(JSON.parse(readFileSync(file, "utf8")), true).validate();
  console.log("ok");
}

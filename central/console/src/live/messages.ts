// Server-sent events, read from text as it comes: https://html.spec.whatwg.org/multipage/server-sent-events.html

export interface Message {
  id: string | null;
  event: string;
  data: string;
}

const LINE = /\r\n|\n|\r/;

/** Takes pieces of text and gives back each message that is whole. */
export class Messages {
  #rest = "";
  #fields: { id: string | null; event: string; data: string[] } = { id: null, event: "message", data: [] };

  take(text: string): Message[] {
    const lines = (this.#rest + text).split(LINE);
    this.#rest = lines.pop() ?? "";
    return lines.flatMap((line) => this.#line(line));
  }

  #line(line: string): Message[] {
    if (line === "") return this.#end();
    const [name = "", value = ""] = line.split(/:(.*)/s);
    const said = value.startsWith(" ") ? value.slice(1) : value;
    if (name === "id") this.#fields.id = said;
    if (name === "event") this.#fields.event = said;
    if (name === "data") this.#fields.data.push(said);
    return [];
  }

  #end(): Message[] {
    const { id, event, data } = this.#fields;
    this.#fields = { id: null, event: "message", data: [] };
    return data.length ? [{ id, event, data: data.join("\n") }] : [];
  }
}

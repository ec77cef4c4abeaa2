// The outbox and the draft in the browser's database; in memory alone where it keeps nothing.
import { answered, committed, openDatabase } from "@/offline/database";
import { NO_DRAFT, type Draft, type Entry } from "./shapes";

const NAME = "gewu report";
const TABLES = { outbox: { keyPath: "order", autoIncrement: true }, draft: {} } as const;

export interface Store {
  all: () => Promise<Entry[]>;
  add: (entry: Omit<Entry, "order">) => Promise<void>;
  put: (entry: Entry) => Promise<void>;
  remove: (order: number) => Promise<void>;
  draft: () => Promise<Draft>;
  keepDraft: (draft: Draft) => Promise<void>;
}

export const openStore = (): Promise<Store> => openDatabase(NAME, 1, TABLES).then(lasting, () => fleeting());

function lasting(database: IDBDatabase): Store {
  const write = async (table: keyof typeof TABLES, how: (table: IDBObjectStore) => void): Promise<void> => {
    const transaction = database.transaction(table, "readwrite");
    how(transaction.objectStore(table));
    await committed(transaction);
  };
  const read = (table: keyof typeof TABLES) => database.transaction(table).objectStore(table);
  return {
    all: () => answered(read("outbox").getAll()) as Promise<Entry[]>,
    add: (entry) => write("outbox", (table) => table.add(entry)),
    put: (entry) => write("outbox", (table) => table.put(entry)),
    remove: (order) => write("outbox", (table) => table.delete(order)),
    draft: async () => ((await answered(read("draft").get("draft"))) as Draft | undefined) ?? NO_DRAFT,
    keepDraft: (draft) => write("draft", (table) => table.put(draft, "draft")),
  };
}

function fleeting(): Store {
  const kept = new Map<number, Entry>();
  let [draft, next] = [NO_DRAFT, 1];
  return {
    all: () => Promise.resolve([...kept.values()]),
    add: (entry) => Promise.resolve(void kept.set(next, { ...entry, order: next++ })),
    put: (entry) => Promise.resolve(void kept.set(entry.order, entry)),
    remove: (order) => Promise.resolve(void kept.delete(order)),
    draft: () => Promise.resolve(draft),
    keepDraft: (kept) => Promise.resolve(void (draft = kept)),
  };
}

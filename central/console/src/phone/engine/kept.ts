// One database for each account, so that nobody ever sees what is another's.
import { answered, committed, deleteDatabase, openDatabase } from "@/offline/database";
import type { Facts, Ticket, Waiting } from "./shapes";

const PREFIX = "gewu phone ";
const LAST = "gewu phone"; // whose this phone is, in localStorage
const OLDEST_MS = 7 * 86_400_000; // what was not asked for anew so long is shown no more
const TABLES = {
  tickets: { keyPath: "number" },
  pictures: {},
  queue: { keyPath: "order", autoIncrement: true },
  facts: {},
} as const;
type Table = keyof typeof TABLES;

export class Kept {
  private constructor(
    private readonly database: IDBDatabase,
    readonly login: string,
  ) {}

  static async of(login: string): Promise<Kept> {
    return new Kept(await openDatabase(PREFIX + login, 1, TABLES), login);
  }

  private read(table: Table): IDBObjectStore {
    return this.database.transaction(table).objectStore(table);
  }

  private async write(tables: Table[], how: (table: (name: Table) => IDBObjectStore) => void): Promise<void> {
    const transaction = this.database.transaction(tables, "readwrite");
    how((name) => transaction.objectStore(name));
    await committed(transaction);
  }

  async fact<Name extends keyof Facts>(name: Name): Promise<Facts[Name] | null> {
    return ((await answered(this.read("facts").get(name))) as Facts[Name] | undefined) ?? null;
  }

  say<Name extends keyof Facts>(name: Name, value: Facts[Name]): Promise<void> {
    return this.write(["facts"], (table) => table("facts").put(value, name));
  }

  tickets(): Promise<Ticket[]> {
    return answered(this.read("tickets").getAll());
  }

  putTicket(ticket: Ticket): Promise<void> {
    return this.write(["tickets"], (table) => table("tickets").put(ticket));
  }

  /** These and no others. */
  replaceTickets(tickets: readonly Ticket[]): Promise<void> {
    return this.write(["tickets"], (table) => {
      table("tickets").clear();
      for (const each of tickets) table("tickets").put(each);
    });
  }

  picture(sha256: string): Promise<Blob | undefined> {
    return answered(this.read("pictures").get(sha256));
  }

  pictureNames(): Promise<IDBValidKey[]> {
    return answered(this.read("pictures").getAllKeys());
  }

  putPicture(sha256: string, blob: Blob): Promise<void> {
    return this.write(["pictures"], (table) => table("pictures").put(blob, sha256));
  }

  dropPictures(names: readonly IDBValidKey[]): Promise<void> {
    return this.write(["pictures"], (table) => names.forEach((each) => table("pictures").delete(each)));
  }

  queue(): Promise<Waiting[]> {
    return answered(this.read("queue").getAll());
  }

  add(waiting: Omit<Waiting, "order">): Promise<void> {
    return this.write(["queue"], (table) => table("queue").add(waiting));
  }

  /** All of it or nothing: what is gone, what is otherwise now. */
  change(gone: readonly number[], changed: readonly Waiting[] = []): Promise<void> {
    return this.write(["queue"], (table) => {
      gone.forEach((order) => table("queue").delete(order));
      changed.forEach((each) => table("queue").put(each));
    });
  }

  /** What the centre told, but not what waits to be told to it. */
  forgetTold(): Promise<void> {
    return this.write(["tickets", "pictures"], (table) => {
      table("tickets").clear();
      table("pictures").clear();
    });
  }

  close(): void {
    this.database.close();
  }

  async destroy(): Promise<void> {
    this.close();
    await deleteDatabase(PREFIX + this.login);
    rememberLast(null);
  }
}

/** Whether anything of this account is kept, without making a place for it. */
export const isKept = async (login: string): Promise<boolean> =>
  ((await indexedDB.databases?.()) ?? []).some(({ name }) => name === PREFIX + login);

export const lastLogin = (): string | null => localStorage.getItem(LAST);

export function rememberLast(login: string | null): void {
  if (login === null) localStorage.removeItem(LAST);
  else localStorage.setItem(LAST, login);
}

/** What is kept of this account; what is too old goes. */
export async function openKept(login: string, now: number): Promise<Kept> {
  const kept = await Kept.of(login);
  if (((await kept.fact("synced")) ?? now) + OLDEST_MS < now) await kept.forgetTold();
  return kept;
}

/** Of everybody else only what was never sent stays, for whoever made it; the rest goes. */
export async function forgetOthers(login: string): Promise<void> {
  for (const { name } of (await indexedDB.databases?.()) ?? []) {
    if (!name?.startsWith(PREFIX) || name === PREFIX + login) continue;
    const kept = await Kept.of(name.slice(PREFIX.length));
    await kept.forgetTold();
    const waits = (await kept.queue()).length > 0;
    kept.close();
    if (!waits) await deleteDatabase(name);
  }
}

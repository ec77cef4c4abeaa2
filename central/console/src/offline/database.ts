// IndexedDB with promises.

export type Tables = Readonly<Record<string, IDBObjectStoreParameters>>;

/** Opens a database with these tables, and makes those that are not there. Rejects where the browser keeps nothing. */
export function openDatabase(name: string, version: number, tables: Tables): Promise<IDBDatabase> {
  return new Promise((done, fail) => {
    const asked = indexedDB.open(name, version);
    asked.onupgradeneeded = () => {
      for (const [table, how] of Object.entries(tables))
        if (!asked.result.objectStoreNames.contains(table)) asked.result.createObjectStore(table, how);
    };
    asked.onsuccess = () => {
      // Another page deletes or renews it: this one must not stand in the way.
      asked.result.onversionchange = () => asked.result.close();
      done(asked.result);
    };
    asked.onerror = () => fail(problemOf(asked.error));
    asked.onblocked = () => fail(new Error(`${name} is in use elsewhere`));
  });
}

/** The answer of one request. */
export const answered = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(problemOf(request.error));
  });

/** Until all that was done in a transaction lies on the disk. */
export const committed = (transaction: IDBTransaction): Promise<void> =>
  new Promise((done, fail) => {
    transaction.oncomplete = () => done();
    transaction.onabort = () => fail(problemOf(transaction.error));
    transaction.onerror = () => fail(problemOf(transaction.error));
  });

export const deleteDatabase = (name: string): Promise<void> =>
  new Promise((done) => {
    const asked = indexedDB.deleteDatabase(name);
    asked.onsuccess = asked.onerror = asked.onblocked = () => done();
  });

const problemOf = (error: DOMException | null): Error => error ?? new Error("the browser keeps nothing");

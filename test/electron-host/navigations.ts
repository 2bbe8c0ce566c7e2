/** Chromium's network errors that a load here can end with, and their numbers. */
const NUMBERS: Readonly<Record<string, number>> = {
  ERR_FAILED: -2,
  ERR_ABORTED: -3,
  ERR_UNEXPECTED: -9,
  ERR_BLOCKED_BY_CLIENT: -20,
  ERR_NAME_NOT_RESOLVED: -105,
  ERR_INTERNET_DISCONNECTED: -106,
};

/** The error that Electron's `loadURL` rejects with. */
function loadError(text: string, url: string): Error {
  const code = text.replace("net::", "");
  const errno = NUMBERS[code] ?? -2;
  return Object.assign(new Error(`${code} (${errno}) loading '${url}'`), { code, errno, url });
}

interface Begun {
  readonly errorText?: string | undefined;
  readonly loaderId?: string | undefined;
}

interface Pending {
  readonly url: string;
  loaderId: string | undefined;
  loaded(): void;
  failed(error: Error): void;
}

/** The loads that main asked one page for. */
export class Navigations {
  readonly #pending = new Set<Pending>();
  readonly #finished = new Set<string>();
  #own = 0;

  /** Resolves when the document that `begin` started has loaded. */
  async load(url: string, begin: () => Promise<Begun>): Promise<void> {
    const done = Promise.withResolvers<void>();
    const pending: Pending = {
      url,
      loaderId: undefined,
      loaded: done.resolve,
      failed: done.reject,
    };
    done.promise.catch(() => undefined);
    this.#pending.add(pending);
    this.#own += 1;
    try {
      const { errorText, loaderId } = await begin();
      if (errorText !== undefined) throw loadError(errorText, url);
      // Without a new document there is nothing to wait for.
      if (loaderId === undefined || this.#finished.has(loaderId)) return;
      pending.loaderId = loaderId;
      await done.promise;
    } finally {
      this.#pending.delete(pending);
      this.#own = 0;
    }
  }

  /** A navigation that main began otherwise. */
  begun(): void {
    this.#own += 1;
  }

  /** True once for each navigation that main began: those ask nobody. */
  takeOwn(): boolean {
    if (this.#own === 0) return false;
    this.#own -= 1;
    return true;
  }

  finished(loaderId: string): void {
    this.#finished.add(loaderId);
    for (const pending of this.#pending) if (pending.loaderId === loaderId) pending.loaded();
  }

  /** The page is gone, or its process is. */
  abandon(): void {
    for (const { url, failed } of this.#pending) failed(loadError("ERR_FAILED", url));
  }
}

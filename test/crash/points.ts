import type { AccessPorts, Answer, Caller, Cloud } from "../../ceremony/access/ports.ts";

/**
 * Every moment at which a process can die: before and after each append to the journal, each write
 * of the closer's file, and each call to AWS. A point's name is stable from run to run: what is
 * done, for whom, and the how-manieth time.
 */
export type At = (point: string) => void;

export function numbered(at: At): At {
  const seen = new Map<string, number>();
  return (point) => {
    const count = (seen.get(point) ?? 0) + 1;
    seen.set(point, count);
    at(`${point} #${count}`);
  };
}

async function around<T>(at: At, name: string, run: () => Promise<T>): Promise<T> {
  at(`before ${name}`);
  const value = await run();
  at(`after ${name}`);
  return value;
}

/** A caller whose every call passes two points. */
function pointedCaller(caller: Caller, who: string, at: At): Caller {
  return new Proxy(caller, {
    get: (target, name, receiver) => {
      const method: unknown = Reflect.get(target, name, receiver);
      if (typeof method !== "function") return method;
      return (...args: unknown[]) =>
        around(
          at,
          `${who} ${String(name)}`,
          () => Reflect.apply(method, target, args) as Promise<Answer<unknown>>,
        );
    },
  });
}

/** Lines are named one by one: which of them share an append differs from run to run. */
function lineNames(): (row: string) => string {
  const intents = new Map<number, string>();
  return (row) => {
    const { line } = JSON.parse(row) as {
      line: { kind: string; id?: number; account?: string; action?: string };
    };
    if (line.kind === "intent") intents.set(line.id ?? 0, `${line.account} ${line.action}`);
    const about = line.id === undefined ? (line.account ?? "") : (intents.get(line.id) ?? "");
    return `journal ${line.kind} ${about}`;
  };
}

export function pointed(ports: AccessPorts, at: At): AccessPorts {
  const nameOf = lineNames();
  const cloud: Cloud = {
    as: (credentials, who) =>
      pointedCaller(ports.cloud.as(credentials, who), `${who.accountId} ${who.name}`, at),
  };
  return {
    ...ports,
    cloud,
    journalFile: {
      append: async (text) => {
        const names = text.trimEnd().split("\n").map(nameOf);
        for (const name of names) at(`before ${name}`);
        await ports.journalFile.append(text);
        for (const name of names) at(`after ${name}`);
      },
    },
    closerFile: {
      keep: (session) => around(at, "closer keep", () => ports.closerFile.keep(session)),
      forget: () => around(at, "closer forget", () => ports.closerFile.forget()),
    },
  };
}

import { forkProcess } from "../../cli/fork.ts";
import { ceremonyRequests } from "../../contract/ceremony.ts";
import { lanes } from "../../contract/port.ts";
import { connect } from "../../contract/serve.ts";
import { vaultRequests } from "../../contract/vault.ts";

// The vault process as it is forked for a real ceremony: prints the keys that it sees at USB.

const child = forkProcess(new URL("../../station/vault-process.ts", import.meta.url));
const { main, people } = lanes(child.port, ["main", "people", "key"]);
const { ask } = connect(main, vaultRequests);
await ask("join", { people: null, practiceKeys: false, mediaRoots: [] });
await ask("seat", { task: "touch", at: null });
const { keys } = await connect(people, ceremonyRequests).ask("keys", null);
process.stdout.write(`${JSON.stringify(keys)}\n`);
await child.end();
process.exit(0);

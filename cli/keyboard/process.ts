import { accessRequests } from "../../contract/ceremony-window.ts";
import { ceremonyRequests } from "../../contract/ceremony.ts";
import { checkPeopleRequests } from "../../contract/check.ts";
import { parentLanes } from "../../contract/parent.ts";
import { coded, type Port } from "../../contract/port.ts";
import { type Client, connect, type Requests, serve } from "../../contract/serve.ts";
import { type BoxKeyPair, boxKeyPair } from "../../crypto/box.ts";
import { base64url } from "../../crypto/bytes.ts";
import { laneCodec } from "../../crypto/lane.ts";
import { outOfOrder } from "../../station/errors.ts";
import { enterCard } from "./enter-card.ts";
import { enterKey } from "./enter-key.ts";
import { approveRecord, enterShare, keyWaits, reveal, touchKey, typeCode } from "./glass.ts";
import { linesOf } from "./lines.ts";
import { keyboardRequests } from "./requests.ts";

/**
 * The terminal's ceremony window: a process that owns the keyboard for one person's task and is joined
 * to the process that they speak with by a lane that the command itself only carries. What a person
 * types is never in the command's memory, and goes with this process before the next person comes.
 */
const say = (text: string): void => void process.stderr.write(text);
const lines = linesOf(process.stdin, say);
const port = parentLanes(process, ["people", "access"], () => {
  lines.clear();
  process.exit(0);
});
const seat = { lines, say };
let mine: BoxKeyPair | null = null;
let check: Client<typeof checkPeopleRequests> | null = null;
let vault: Client<typeof ceremonyRequests> | null = null;
let online: Client<typeof accessRequests> | null = null;

/** Joined to the end whose key that is; the lane's earlier far end is heard no more. */
function farEnd<R extends Requests>(lane: Port, key: string, asked: R): Client<R> {
  const { encode, decode } = laneCodec(mine ?? outOfOrder("join", "offer"), key);
  return connect(coded(lane, encode, decode), asked, keyWaits(say));
}
const theVault = (step: string) => vault ?? outOfOrder(step, "joinVault");
const theOnline = (step: string) => online ?? outOfOrder(step, "joinOnline");

serve(port.main, keyboardRequests, {
  offer: async () => {
    mine = await boxKeyPair();
    return { publicKey: base64url(mine.publicKey) };
  },
  join: ({ check: key }) => {
    check = farEnd(port.people, key, checkPeopleRequests);
    return null;
  },
  joinVault: ({ vault: key }) => {
    vault = farEnd(port.people, key, ceremonyRequests);
    return null;
  },
  joinOnline: ({ online: key }) => {
    online = farEnd(port.access, key, accessRequests);
    return null;
  },
  check: async (task) => {
    await enterCard({ lines, say, process: check ?? outOfOrder("check", "join") }, task);
    return null;
  },
  key: (task) => enterKey(seat, check ?? outOfOrder("key", "join"), task),
  line: async ({ prompt }) => ({ text: await lines.shown(prompt) }),
  giveUp: () => {
    lines.giveUp();
    return null;
  },
  share: (asked) => enterShare(seat, theVault("share"), asked),
  touch: (asked) => touchKey(seat, theVault("touch"), asked),
  approve: (asked) => approveRecord(seat, theVault("approve"), asked),
  code: (asked) => typeCode(seat, theOnline("code"), asked),
  reveal: () => reveal(seat, theOnline("reveal")),
});

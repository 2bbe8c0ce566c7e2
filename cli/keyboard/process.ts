import { checkPeopleRequests } from "../../contract/check.ts";
import { parentLanes } from "../../contract/parent.ts";
import { coded } from "../../contract/port.ts";
import { type Client, connect, serve } from "../../contract/serve.ts";
import { type BoxKeyPair, boxKeyPair } from "../../crypto/box.ts";
import { base64url } from "../../crypto/bytes.ts";
import { laneCodec } from "../../crypto/lane.ts";
import { outOfOrder } from "../../station/errors.ts";
import { enterCard } from "./enter-card.ts";
import { linesOf } from "./lines.ts";
import { keyboardRequests } from "./requests.ts";

/**
 * The terminal's ceremony window: a short-lived process that owns the keyboard and is joined to the
 * check process by a lane that the command itself only carries. What a person types is never in the
 * command's memory, and goes with this process.
 */
const port = parentLanes(process, ["people"], () => process.exit(0));
const say = (text: string): void => void process.stderr.write(text);
const lines = linesOf(process.stdin, say);
let mine: BoxKeyPair | null = null;
let far: Client<typeof checkPeopleRequests> | null = null;

serve(port.main, keyboardRequests, {
  offer: async () => {
    mine = await boxKeyPair();
    return { publicKey: base64url(mine.publicKey) };
  },
  join: ({ check }) => {
    const { encode, decode } = laneCodec(mine ?? outOfOrder("join", "offer"), check);
    far = connect(coded(port.people, encode, decode), checkPeopleRequests);
    return null;
  },
  check: async (task) => {
    await enterCard({ lines, say, process: far ?? outOfOrder("check", "join") }, task);
    return null;
  },
});

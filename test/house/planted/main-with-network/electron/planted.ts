import { connect } from "node:net";

export const dial = (): unknown => connect(443, "127.0.0.1");

import { connect } from "node:net";

export const planted = connect;

import { type Port, portOfMessages } from "../contract/port.ts";

/** A MessagePort of the web platform as the house's port; its "close" event is the far end's end. */
export const portOfDom = (end: MessagePort): Port =>
  portOfMessages({
    postMessage: (message) => end.postMessage(message),
    on: (event: string, listener: (event: { readonly data: unknown }) => void) =>
      end.addEventListener(event, (given) =>
        listener({ data: given instanceof MessageEvent ? given.data : undefined }),
      ),
    start: () => end.start(),
    close: () => end.close(),
  });

import { contextBridge, ipcRenderer } from "electron";

contextBridge.exposeInMainWorld("pullstation", {
  ask: (name: string, input: unknown): Promise<unknown> => ipcRenderer.invoke("ask", name, input),
});

/** Ports can't cross the bridge: they go to the page as a message of its own origin. */
ipcRenderer.on("lane", (event, lane: unknown) => {
  window.postMessage({ pullstationLane: lane }, location.origin, [...event.ports]);
});

import { contextBridge, ipcRenderer } from "electron";

/** The main window's whole reach: one question, one event. */
contextBridge.exposeInMainWorld("pullstation", {
  ask: (name: string, input: unknown): Promise<unknown> => ipcRenderer.invoke("ask", name, input),
  onView: (listener: (view: unknown) => void): (() => void) => {
    const heard = (_: unknown, view: unknown): void => listener(view);
    ipcRenderer.on("view", heard);
    return () => ipcRenderer.off("view", heard);
  },
});

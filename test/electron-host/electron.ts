import { absent } from "./strict.ts";

// The module that `electron` resolves to in main.

export { app } from "./app.ts";
export {
  clipboard,
  dialog,
  Menu,
  nativeTheme,
  powerMonitor,
  safeStorage,
  screen,
  shell,
} from "./desktop.ts";
export { ipcMain } from "./ipc-main.ts";
export { MessageChannelMain } from "./ports.ts";
export { protocol, session } from "./sessions.ts";
export { utilityProcess } from "./utility-process.ts";
export { BrowserWindow } from "./windows.ts";

// What Electron has besides: importing it is free, using it throws.
export const autoUpdater = absent("autoUpdater");
export const BaseWindow = absent("BaseWindow");
export const contentTracing = absent("contentTracing");
export const crashReporter = absent("crashReporter");
export const desktopCapturer = absent("desktopCapturer");
export const globalShortcut = absent("globalShortcut");
export const MenuItem = absent("MenuItem");
export const nativeImage = absent("nativeImage");
export const net = absent("net");
export const netLog = absent("netLog");
export const Notification = absent("Notification");
export const powerSaveBlocker = absent("powerSaveBlocker");
export const pushNotifications = absent("pushNotifications");
export const systemPreferences = absent("systemPreferences");
export const Tray = absent("Tray");
export const View = absent("View");
export const webContents = absent("webContents");
export const WebContentsView = absent("WebContentsView");
export const webFrameMain = absent("webFrameMain");

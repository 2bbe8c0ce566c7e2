/** In Electron's place where nothing of it is used: whatever is asked of it fails. */
export const BrowserWindow = {};
export const dialog = {};
export const ipcMain = {};
export const MessageChannelMain = {};
export const net = {};
export const protocol = {};
export const session = {};
export const utilityProcess = {};

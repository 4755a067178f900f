// The package brings no types; this is all of it that is used, and it follows the browser’s interface.
declare module 'ws' {
  export const WebSocket: typeof globalThis.WebSocket
}

/** Headers that every file of the app is served with. */

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  // The Merkle tree is hashed in WebAssembly.
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "manifest-src 'self'",
  // Any host, encrypted: a picture that a message names elsewhere is loaded when a person presses for it, and not before.
  // Messages are drawn as text and never become markup, so that none can load one by itself.
  "img-src 'self' data: blob: https:",
  "media-src 'self' blob:",
  // A peer may be at any address: keepers named in a link, WebTransport.
  "connect-src 'self' ws: wss: http: https:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/**
 * Cross-Origin-Opener-Policy and -Embedder-Policy are left off: nothing here needs shared memory, and they would stop
 * pages from embedding what the service worker serves.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  // The path of a page says nothing, but the habit is cheap.
  'Referrer-Policy': 'no-referrer',
}

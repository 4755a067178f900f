/** Headers that every file of the app is served with. */

const POLICY = [
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
]

/**
 * Cross-Origin-Opener-Policy and -Embedder-Policy are left off: nothing here needs shared memory, and they would stop
 * pages from embedding what the service worker serves.
 */
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': policyFramedBy("'none'"),
  'X-Content-Type-Options': 'nosniff',
  // The path of a page says nothing, but the habit is cheap.
  'Referrer-Policy': 'no-referrer',
}

/**
 * What a file is served with. Other sites may frame the widget, which asks whom it is framed by, and load the script with the
 * elements that frame it; nothing else.
 */
export function headersOf(path: string): Readonly<Record<string, string>> {
  if (path === '/widget.html') return { ...SECURITY_HEADERS, 'Content-Security-Policy': policyFramedBy('*') }
  if (path !== '/elements.js' && path !== '/elements.js.map') return SECURITY_HEADERS
  return {
    ...SECURITY_HEADERS,
    'Access-Control-Allow-Origin': '*',
    'Cross-Origin-Resource-Policy': 'cross-origin',
  }
}

function policyFramedBy(ancestors: string): string {
  return [...POLICY, `frame-ancestors ${ancestors}`].join('; ')
}

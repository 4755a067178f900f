import { defineConfig } from 'vite'
import type { Plugin } from 'vite'

/**
 * What the page may load, run and reach. The worker has the policy of its own response, which is the server’s to set;
 * a policy in the page cannot say `frame-ancestors`, which is the server’s, too.
 */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  // Any host, encrypted: a picture that a message names elsewhere is loaded when a person presses for it, and not before.
  // Messages are drawn as text and never become markup, so that none can load one by itself.
  "img-src 'self' data: blob: https:",
  // Sounds of messages once they are here, and files that the service worker plays: never from an address elsewhere.
  "media-src 'self' blob:",
  "worker-src 'self'",
  "manifest-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

/** Only in a build: the development server puts styles and a socket of its own into the page. */
function pagePolicy(): Plugin {
  return {
    name: 'quire-page-policy',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: PAGE_POLICY },
        injectTo: 'head-prepend',
      },
    ],
  }
}

export default defineConfig({
  define: { QUIRE_REVISION: JSON.stringify(process.env['QUIRE_REVISION'] ?? 'unknown') },
  // Relative, so that a keeper, a static host or a folder of one can serve the same files.
  base: './',
  plugins: [pagePolicy()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: {
    format: 'es',
    // Tabs meet in the shared worker of one address: also those that were opened before a new version was put up.
    rolldownOptions: {
      output: {
        entryFileNames: ({ name }) => (name === 'port-broker' ? 'assets/[name].js' : 'assets/[name]-[hash].js'),
      },
    },
  },
  build: {
    outDir: 'dist/app',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: true,
    rolldownOptions: {
      input: { index: 'index.html', widget: 'widget.html', player: 'src/player/main.ts' },
      // The service worker’s page for films names it (src/gateway/player-page.ts).
      output: { entryFileNames: ({ name }) => (name === 'player' ? '[name].js' : 'assets/[name]-[hash].js') },
    },
  },
})

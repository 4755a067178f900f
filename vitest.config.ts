import { playwright } from '@vitest/browser-playwright'
import { existsSync } from 'node:fs'
import { defineConfig } from 'vitest/config'
import { CHROMIUM_FLAGS } from './e2e/fixtures/chromium-flags.ts'

const systemChromium = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

const PACKAGES_OF_THE_PAGE = [
  'preact',
  'preact/hooks',
  'preact/jsx-dev-runtime',
  '@preact/signals',
  'uqr',
  'comlink',
  'axe-core',
  'idb',
  'hash-wasm',
  '@bitauth/libauth',
  '@noble/hashes/sha2.js',
  '@noble/hashes/sha3.js',
  'fflate',
  'multiformats/bases/base58',
  'multiformats/cid',
  'multiformats/hashes/digest',
  'multiformats/hashes/sha2',
  'libp2p',
  '@libp2p/circuit-relay-v2',
  '@libp2p/crypto/keys',
  '@libp2p/dcutr',
  '@libp2p/gossipsub',
  '@libp2p/identify',
  '@libp2p/interface',
  '@libp2p/kad-dht',
  '@libp2p/noise',
  '@libp2p/peer-id',
  '@libp2p/utils',
  '@libp2p/webrtc',
  '@libp2p/websockets',
  '@libp2p/webtransport',
  '@libp2p/yamux',
  '@libp2p/ping',
  '@multiformats/multiaddr',
  '@multiformats/multiaddr-matcher',
]

// What is polled for comes when it comes: a busy machine is not taken for a fault.
const PATIENTLY = { poll: { timeout: 20_000 } }

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          // A hang is found all the same; a busy machine is not taken for one.
          testTimeout: 30_000,
          expect: PATIENTLY,
          environment: 'node',
          include: ['src/**/*.test.{ts,tsx}', 'workers/**/*.test.ts', 'e2e/**/*.test.ts'],
          exclude: ['**/*.browser.test.{ts,tsx}', '**/node_modules/**'],
          setupFiles: ['src/node/promise-with-resolvers.ts'],
        },
      },
      {
        // Named, because a package that Vite meets for the first time in mid-test makes it reload the page.
        optimizeDeps: { include: PACKAGES_OF_THE_PAGE },
        test: {
          name: 'browser',
          testTimeout: 60_000,
          expect: PATIENTLY,
          include: ['src/**/*.browser.test.{ts,tsx}'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                ...(existsSync(systemChromium) ? { executablePath: systemChromium } : {}),
                args: CHROMIUM_FLAGS,
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
})

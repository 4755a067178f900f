import { defineConfig } from '@playwright/test'
import { existsSync } from 'node:fs'
import { CHROMIUM_FLAGS } from './e2e/fixtures/chromium-flags.ts'

const systemChromium = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

export default defineConfig({
  testDir: 'e2e',
  // Not those of vitest, nor those of packages, further down.
  testMatch: '**/e2e/*.spec.ts',
  outputDir: '.cache/test-results',
  // One at a time: the machine’s two cores are for the browsers of one story.
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  forbidOnly: true,
  // On CI a story gets a second try, and `npm test` names those that needed it; at a desk the first one counts.
  retries: process.env['CI'] === 'true' ? 1 : 0,
  reporter: [['list'], ['json', { outputFile: '.cache/browser-tests.json' }]],
  use: {
    browserName: 'chromium',
    headless: true,
    trace: 'off',
    launchOptions: {
      ...(existsSync(systemChromium) ? { executablePath: systemChromium } : {}),
      args: CHROMIUM_FLAGS,
    },
  },
})

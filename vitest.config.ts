import { playwright } from '@vitest/browser-playwright'
import { existsSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

const systemChromium = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          environment: 'node',
          include: ['src/**/*.test.{ts,tsx}', 'workers/**/*.test.ts'],
          exclude: ['**/*.browser.test.{ts,tsx}'],
          setupFiles: ['src/node/promise-with-resolvers.ts'],
        },
      },
      {
        test: {
          name: 'browser',
          include: ['src/**/*.browser.test.{ts,tsx}'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                ...(existsSync(systemChromium) ? { executablePath: systemChromium } : {}),
                args: [
                  '--no-sandbox',
                  '--disable-background-networking',
                  '--no-first-run',
                  '--disable-component-update',
                  '--disable-sync',
                ],
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
})

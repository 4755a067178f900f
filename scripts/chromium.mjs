/**
 * Finds a Chromium for the browser tests, or installs one.
 *
 *   $CHROMIUM → a system browser → Playwright’s own → Debian’s package (root) → Playwright’s download
 */
import { chromium } from '@playwright/test'
import { existsSync } from 'node:fs'
import { run } from './run.mjs'

const SYSTEM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/snap/bin/chromium']

/** Resolves with `{ path, source }`; throws a sentence where there is none and none can be installed. */
export async function ensureChromium() {
  const found = findChromium()
  if (found !== undefined) return found
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    process.stdout.write('No Chromium found: installing Debian’s package…\n')
    const env = { DEBIAN_FRONTEND: 'noninteractive' }
    await run('apt-get', ['update', '-qq'], { quiet: true, env })
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { quiet: true, env })
  } else {
    process.stdout.write('No Chromium found: downloading Playwright’s…\n')
    await run('playwright', ['install', 'chromium'])
  }
  const installed = findChromium()
  if (installed !== undefined) return { ...installed, source: `${installed.source}, just installed` }
  throw new Error('No Chromium could be installed. Install one and name it in the environment variable CHROMIUM.')
}

function findChromium() {
  const named = process.env.CHROMIUM
  if (named !== undefined && existsSync(named)) return { path: named, source: 'from $CHROMIUM' }
  const system = SYSTEM.find((path) => existsSync(path))
  if (system !== undefined) return { path: system, source: 'the system’s' }
  const own = chromium.executablePath()
  return existsSync(own) ? { path: own, source: 'Playwright’s own' } : undefined
}

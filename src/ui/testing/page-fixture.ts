/** For browser tests: shows scenarios in a fresh element and takes them away after each test. */
import { afterEach, beforeEach } from 'vitest'
import { page } from 'vitest/browser'
import '../styles/app.css'
import type { ScenarioName } from './scenarios.ts'
import { showScenario } from './show-scenario.tsx'
import type { Shown, ShowInit } from './show-scenario.tsx'

export interface PageFixture {
  show(name: ScenarioName, init?: ShowInit): Promise<Shown>
}

export function usePage(): PageFixture {
  let root: HTMLElement
  let shown: Shown | undefined
  beforeEach(async () => {
    document.title = 'Quire'
    document.documentElement.lang = 'en'
    root = document.createElement('div')
    document.body.append(root)
    await page.viewport(1280, 800)
  })
  afterEach(() => {
    shown?.close()
    shown = undefined
    root.remove()
  })
  return {
    show: async (name, init) => {
      shown = await showScenario(root, name, init)
      await drawn()
      return shown
    },
  }
}

/** Resolves when effects of the first drawing (the share link, a dialog) have drawn, too. */
async function drawn(): Promise<void> {
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame)
}

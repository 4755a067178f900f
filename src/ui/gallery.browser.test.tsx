import axe from 'axe-core'
import { describe, expect, it } from 'vitest'
import { page } from 'vitest/browser'
import { usePage } from './testing/page-fixture.ts'
import { SCENARIO_NAMES } from './testing/scenarios.ts'

const { show } = usePage()

describe.each([
  { looks: 'light, wide', theme: 'light', width: 1280, height: 800 },
  { looks: 'dark, wide', theme: 'dark', width: 1280, height: 800 },
  { looks: 'light, on a phone of 320 px', theme: 'light', width: 320, height: 640 },
])('every state of the page, $looks', ({ theme, width, height }) => {
  it.each(SCENARIO_NAMES)('%s reads well with a screen reader and fits the window', async (name) => {
    await page.viewport(width, height)
    await show(name, { theme })
    const { violations, passes } = await axe.run(document, { resultTypes: ['violations'] })
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([])
    // A run that looked at nothing finds nothing, too.
    expect(passes.map(({ id }) => id)).toEqual(expect.arrayContaining(['color-contrast']))
    const boxes = [...document.querySelectorAll(':popover-open, dialog, .sentence, .error-box')]
    const cut = boxes.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
    expect(cut.map(({ outerHTML }) => outerHTML)).toEqual([])
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width)
  })
})

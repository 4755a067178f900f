import { expect, it } from 'vitest'

it('is loaded where pages are made ahead, without elements to define, and does nothing', async () => {
  const { QuireDropElement } = await import('./define.ts')
  expect(QuireDropElement.observedAttributes).toContain('theme')
})

import { readdirSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'

vi.mock('quire', () => import('./quire.node.ts'))

const folder = new URL('../../examples/sdk/', import.meta.url)
const files = readdirSync(folder).filter((file) => file.endsWith('.ts'))

/** What the reference shows is what runs here; each example checks its own results. */
describe('the examples of the library', () => {
  it.each(files)('%s runs', async (file) => {
    const said = vi.spyOn(console, 'log').mockImplementation(() => undefined)
    try {
      await import(/* @vite-ignore */ new URL(file, folder).href)
    } finally {
      said.mockRestore()
    }
    expect(files.length).toBeGreaterThan(0)
  })
})

import { describe, expect, it } from 'vitest'
import { checkUploadLimits, type UploadLimits } from '../exchange/upload-limits.ts'
import type { NodeParts } from './node-parts.ts'
import { UploadLimitsSetting } from './upload-limits-setting.ts'

/** What is kept, and what the exchange was told last. */
function setUp(kept?: string) {
  const values = new Map<string, Uint8Array>()
  if (kept !== undefined) values.set('upload-limits', new TextEncoder().encode(kept))
  const told: { limits: UploadLimits | undefined; warnings: number; changes: number } = {
    limits: undefined,
    warnings: 0,
    changes: 0,
  }
  // Only these members of the exchange are used here.
  const exchange = {
    setUploadLimits: (limits: UploadLimits) => (told.limits = checkUploadLimits(limits)),
  } as unknown as NodeParts['exchange']
  const settings = {
    get: async (key: string) => values.get(key),
    set: async (key: string, value: Uint8Array) => void values.set(key, value),
    close: async () => undefined,
  }
  const start = (preset?: UploadLimits) =>
    new UploadLimitsSetting(
      { exchange, settings, log: () => (told.warnings += 1) },
      { preset, onChange: () => (told.changes += 1) },
    )
  return { told, start }
}

describe('upload limits', () => {
  it('are kept over a restart, and win over those of the start', async () => {
    const { told, start } = setUp()
    await start().set({ totalBytesPerSecond: 1_000_000, perPeerBytesPerSecond: undefined })
    told.limits = undefined
    await start({ perPeerBytesPerSecond: 20_000 }).restore()

    expect(told.limits).toEqual({ totalBytesPerSecond: 1_000_000 })
  })

  it('are taken off for good', async () => {
    const { told, start } = setUp('{"totalBytesPerSecond":50000}')
    await start().set({})
    await start({ perPeerBytesPerSecond: 20_000 }).restore()

    expect(told.limits).toEqual({})
  })

  it('are those of the start where none were kept', async () => {
    const { told, start } = setUp()
    await start({ totalBytesPerSecond: 30_000 }).restore()
    expect(told.limits).toEqual({ totalBytesPerSecond: 30_000 })
    await expect(start({ totalBytesPerSecond: 1 }).restore()).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID' })
  })

  it.each(['nonsense', '{"totalBytesPerSecond":-5}'])('are left out where %s was kept', async (kept) => {
    const { told, start } = setUp(kept)
    await start({ totalBytesPerSecond: 30_000 }).restore()

    expect(told).toEqual({ limits: { totalBytesPerSecond: 30_000 }, warnings: 1, changes: 0 })
  })

  it('that are refused change nothing', async () => {
    const { told, start } = setUp()
    await start().set({ totalBytesPerSecond: 40_000 })
    await expect(start().set({ totalBytesPerSecond: 5 })).rejects.toMatchObject({ code: 'ERR_OPTION_INVALID' })
    expect(told).toMatchObject({ limits: { totalBytesPerSecond: 40_000 }, changes: 1 })
    await start().restore()
    expect(told.limits).toEqual({ totalBytesPerSecond: 40_000 })
  })
})

import { describe, expect, it } from 'vitest'
import { QuireError } from '../errors.ts'
import type { ProvenBlock } from '../store/block-store.ts'
import { BlockWriter } from './block-writer.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { makeDataset } from './testing/sample-dataset.ts'

const dataset = await makeDataset(200)

/** A store that writes when it is told to. */
function openWriter() {
  const clock = new ManualClock()
  const groups: number[] = []
  const writes: { resolve: () => void; reject: (error: Error) => void }[] = []
  const stored: number[] = []
  const failures: { error: unknown; lostCount: number }[] = []
  const putBlocks = (_tree: unknown, blocks: readonly ProvenBlock[]): Promise<void> => {
    groups.push(blocks.length)
    return new Promise((resolve, reject) => writes.push({ resolve, reject }))
  }
  const writer = new BlockWriter(
    { store: { putBlocks }, clock, treeCid: dataset.treeCid },
    {
      onStored: (indices) => stored.push(...indices),
      onFailed: (error, lostCount) => failures.push({ error, lostCount }),
    },
  )
  const add = (count: number, from = 0): void => {
    for (const block of dataset.blocks.slice(from, from + count)) writer.add(block)
  }
  return { clock, groups, writes, stored, failures, writer, add }
}

describe('writing blocks', () => {
  it('waits for a group, or for its delay', async () => {
    const { clock, groups, add } = openWriter()
    add(31)
    expect(groups).toEqual([])
    await clock.advance(100)
    expect(groups).toEqual([31])
  })

  it('writes one group at a time, and gathers larger ones meanwhile', async () => {
    const { clock, groups, writes, stored, add } = openWriter()
    add(32)
    add(100, 32)
    expect(groups).toEqual([32])
    writes[0]?.resolve()
    await clock.advance(0)
    expect(groups).toEqual([32, 64])
    writes[1]?.resolve()
    await clock.advance(0)
    expect(groups).toEqual([32, 64, 36])
    expect(stored).toHaveLength(96)
  })

  it('lets a block be read before it is stored', () => {
    const { writer, add } = openWriter()
    add(20)
    expect(writer.peek(3)).toBe(dataset.blocks[3]?.bytes)
    expect(writer.peek(19)).toBe(dataset.blocks[19]?.bytes)
    expect(writer.peek(20)).toBeUndefined()
  })

  it('flushes what waits without its delay', async () => {
    const { clock, groups, writes, writer, add } = openWriter()
    add(3)
    const flushed = writer.flush()
    expect(groups).toEqual([3])
    writes[0]?.resolve()
    await flushed
    expect(writer.pendingCount).toBe(0)
    expect(clock.timerCount).toBe(0)
  })

  it('loses what waits when a write fails, and takes nothing more', async () => {
    const { clock, writes, failures, writer, add } = openWriter()
    add(32)
    add(5, 32)
    const full = new Error('full')
    writes[0]?.reject(full)
    await clock.advance(100)
    expect(failures).toEqual([{ error: full, lostCount: 37 }])
    expect(writer.pendingCount).toBe(0)
    expect(dataset.blocks.slice(40, 41).map((block) => writer.add(block))).toEqual([false])
    await writer.flush()
  })

  it('keeps what fits of a group where the store is full, and then fails', async () => {
    const { clock, groups, writes, stored, failures, add } = openWriter()
    const full = new QuireError('ERR_STORE_FULL', 'Full.')
    const roomFor = 13
    add(32)
    for (let write = 0; write < writes.length; write++) {
      if (stored.length + (groups[write] ?? 0) <= roomFor) writes[write]?.resolve()
      else writes[write]?.reject(full)
      await clock.advance(0)
    }
    expect(stored).toEqual(dataset.blocks.slice(0, roomFor).map(({ index }) => index))
    expect(groups).toEqual([32, 16, 8, 8, 4, 4, 2, 1, 1])
    expect(failures).toEqual([{ error: full, lostCount: 19 }])
  })

  it('writes whole groups again once the store has had room for all', async () => {
    const { clock, groups, writes, add } = openWriter()
    add(32)
    writes[0]?.reject(new QuireError('ERR_STORE_FULL', 'Full.'))
    await clock.advance(0)
    for (const write of [1, 2]) {
      writes[write]?.resolve()
      await clock.advance(0)
    }
    add(32, 32)
    expect(groups).toEqual([32, 16, 16, 32])
  })
})

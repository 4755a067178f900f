import { expect, it } from 'vitest'
import { Holder } from './holder.ts'
import { DEFERRED_MS, MAX_DEFERRALS } from './limits.ts'
import type { PeerLink } from './peer-link.ts'
import { Rarity } from './rarity.ts'

function wholeHolder() {
  const rarity = new Rarity(10)
  // What it holds does not depend on its link, of which only this is looked at.
  const link = { isClosed: false } as PeerLink
  const holder = new Holder(link, 10, rarity)
  holder.learn([{ start: 0, count: 10 }])
  return { holder, rarity }
}

it('blocks that a whole peer left out rest for a while, and it counts as whole meanwhile', () => {
  const { holder, rarity } = wholeHolder()
  holder.defers([2, 3], 0)
  holder.isUsable(DEFERRED_MS - 1)
  expect([holder.held.has(2), rarity.of(2), holder.isWhole]).toEqual([false, 0, true])
  holder.isUsable(DEFERRED_MS)
  expect([holder.held.has(2), rarity.of(2), holder.isWhole]).toEqual([true, 1, true])
})

it('a block that a peer lacks is not one that it left out', () => {
  const { holder } = wholeHolder()
  holder.lacks([2])
  holder.isUsable(DEFERRED_MS)
  expect([holder.held.has(2), holder.isWhole]).toEqual([false, false])
})

it('answers without a block are borne as often in a row as one of a crowd gets them', () => {
  const { holder } = wholeHolder()
  for (let i = 0; i < MAX_DEFERRALS; i++) expect(holder.gaveNothing()).toBe(true)
  expect(holder.gaveNothing()).toBe(false)
  holder.delivered(0)
  expect(holder.gaveNothing()).toBe(true)
})

it('a holder that is gone counts for nothing, whatever comes of its last answer', () => {
  const { holder, rarity } = wholeHolder()
  holder.forget()
  holder.lacks([2])
  holder.defers([3], 0)
  expect([2, 3, 4].map((index) => rarity.of(index))).toEqual([0, 0, 0])
})

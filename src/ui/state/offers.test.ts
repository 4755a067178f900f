import { signal } from '@preact/signals'
import { describe, expect, it } from 'vitest'
import type { PageServices, PageStorage } from '../page/page-services.ts'
import { type DeviceServices, type Installing, NO_DEVICE } from './device-services.ts'
import { Offers } from './offers.ts'
import type { Promised, SpaceActions } from './space-actions.ts'

function memoryStorage(): PageStorage {
  const kept = new Map<string, string>()
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) }
}

/** One visit of a person. */
function visit(
  storage: PageStorage | undefined,
  { promised = 'no', installing = 'unknown' }: { promised?: Promised; installing?: Installing } = {},
) {
  const state = { promised: signal(promised), installing: signal(installing) }
  let installs = 0
  const install = async () => {
    installs += 1
    return false
  }
  const getStorage = () => {
    if (storage === undefined) throw new DOMException('forbidden', 'SecurityError')
    return storage
  }
  const device: DeviceServices = { ...NO_DEVICE, installing: state.installing, install }
  const space = { promised: state.promised } as unknown as SpaceActions
  const offers = new Offers({ page: { storage: getStorage } as PageServices, device, space })
  offers.start()
  return { offers, state, installs: () => installs }
}

describe('what is offered', () => {
  it('is nothing before something has worked', () => {
    const { offers } = visit(memoryStorage(), { installing: 'asks' })
    expect(offers.shown.value).toBeUndefined()
    offers.noteSuccess()
    expect(offers.shown.value).toBe('keep')
  })

  it('is one thing a visit, and each once only', () => {
    const storage = memoryStorage()
    const first = visit(storage, { installing: 'asks' })
    first.offers.noteSuccess()
    expect(first.offers.shown.value).toBe('keep')
    first.offers.dismiss()
    first.offers.noteSuccess()
    expect(first.offers.shown.value).toBeUndefined()

    const second = visit(storage, { installing: 'asks' })
    second.offers.noteSuccess()
    expect(second.offers.shown.value).toBe('install')

    const third = visit(storage, { installing: 'asks' })
    third.offers.noteSuccess()
    expect(third.offers.shown.value).toBeUndefined()
  })

  it('waits until the browser has said what it can do', () => {
    const { offers, state } = visit(memoryStorage(), { promised: 'unknown' })
    offers.noteSuccess()
    expect(offers.shown.value).toBeUndefined()
    state.promised.value = 'yes'
    expect(offers.shown.value).toBeUndefined()
    state.installing.value = 'asks'
    expect(offers.shown.value).toBe('install')
  })

  it('stays to show the answer', () => {
    const { offers, state } = visit(memoryStorage())
    offers.noteSuccess()
    state.promised.value = 'refused'
    expect(offers.shown.value).toBe('keep')
  })

  it('goes when the browser asks, whatever the answer is', async () => {
    const { offers, installs } = visit(memoryStorage(), { promised: 'yes', installing: 'asks' })
    offers.noteSuccess()
    await offers.install()
    expect(installs()).toBe(1)
    expect(offers.shown.value).toBeUndefined()
  })

  it('does not fail where storage is forbidden, and comes once a visit', () => {
    const { offers } = visit(undefined)
    offers.noteSuccess()
    expect(offers.shown.value).toBe('keep')
    offers.dismiss()
    offers.noteSuccess()
    expect(offers.shown.value).toBeUndefined()
  })
})

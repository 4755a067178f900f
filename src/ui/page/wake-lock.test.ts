import { signal } from '@preact/signals'
import { describe, expect, it } from 'vitest'
import type { TransferView } from '../../rpc/api.ts'
import type { AppModel } from '../state/app-model.ts'
import { EMPTY_SNAPSHOT } from '../state/node-snapshot.ts'
import { fakeCid, transferOf } from '../testing/fake-datasets.ts'
import { stayAwake } from './wake-lock.ts'

/** A screen that stays on while somebody holds a lock on it. */
class FakeScreen {
  held = 0
  requests = 0
  isRefusing = false
  visibilityState: DocumentVisibilityState = 'visible'
  readonly #listeners = new Set<() => void>()

  async request(): Promise<{ release(): Promise<void> }> {
    this.requests += 1
    if (this.isRefusing) throw new DOMException('low battery', 'NotAllowedError')
    this.held += 1
    return { release: async () => void (this.held -= 1) }
  }

  addEventListener(_type: string, listener: () => void): void {
    this.#listeners.add(listener)
  }

  removeEventListener(_type: string, listener: () => void): void {
    this.#listeners.delete(listener)
  }

  async show(state: DocumentVisibilityState): Promise<void> {
    this.visibilityState = state
    for (const listener of this.#listeners) listener()
    await settled()
  }
}

/** Everything that was asked by now is answered. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function awakeOn(screen: FakeScreen) {
  const snapshot = signal(EMPTY_SNAPSHOT)
  const isBusy = signal(false)
  const model = { snapshot, device: { backup: { isBusy } } } as unknown as AppModel
  const stop = stayAwake(model, { document: screen as unknown as Document, wakeLock: screen })
  const show = async (...phases: TransferView['phase'][]) => {
    snapshot.value = { ...EMPTY_SNAPSHOT, transfers: phases.map((phase, at) => transferOf(fakeCid(at), phase)) }
    await settled()
  }
  return { show, isBusy, stop }
}

const MOVING = { state: 'moving', peers: 1 } as const

describe('the screen', () => {
  it('stays on while bytes move, and not while everything waits, is paused or done', async () => {
    const screen = new FakeScreen()
    const { show } = awakeOn(screen)
    await show(MOVING, { state: 'looking', askedPeers: 1 })
    expect([screen.held, screen.requests]).toEqual([1, 1])
    await show({ state: 'waiting', reason: 'no-holder' }, { state: 'paused' }, { state: 'done' })
    expect(screen.held).toBe(0)
  })

  it('stays on while a backup is made', async () => {
    const screen = new FakeScreen()
    const { isBusy } = awakeOn(screen)
    isBusy.value = true
    await settled()
    expect(screen.held).toBe(1)
  })

  it('is let go when nobody sees the page, and held again when somebody does', async () => {
    const screen = new FakeScreen()
    const { show, stop } = awakeOn(screen)
    await show(MOVING)
    await screen.show('hidden')
    expect(screen.held).toBe(0)
    await screen.show('visible')
    expect(screen.held).toBe(1)
    stop()
    await settled()
    expect(screen.held).toBe(0)
  })

  it('is held once, however fast things change', async () => {
    const screen = new FakeScreen()
    const { show } = awakeOn(screen)
    void show(MOVING)
    void show()
    void show(MOVING)
    await settled()
    expect(screen.held).toBe(1)
    await show()
    expect(screen.held).toBe(0)
  })

  it('is asked for again after a refusal when something changes', async () => {
    const screen = new FakeScreen()
    screen.isRefusing = true
    const { show } = awakeOn(screen)
    await show(MOVING)
    screen.isRefusing = false
    await screen.show('visible')
    expect([screen.held, screen.requests]).toEqual([1, 2])
  })
})

import { signal } from '@preact/signals'
import { describe, expect, it } from 'vitest'
import type { AppModel } from '../state/app-model.ts'
import { EMPTY_SNAPSHOT } from '../state/node-snapshot.ts'
import { fakeCid, transferOf } from '../testing/fake-datasets.ts'
import { followBadge, type BadgeNavigator } from './badge.ts'

function badgeOn(navigator: BadgeNavigator) {
  const snapshot = signal(EMPTY_SNAPSHOT)
  const target = new EventTarget()
  const stop = followBadge({ snapshot } as unknown as AppModel, { navigator, target })
  const show = (...states: ('moving' | 'paused' | 'done')[]) => {
    const phases = states.map((state) => (state === 'moving' ? ({ state, peers: 1 } as const) : ({ state } as const)))
    snapshot.value = { ...EMPTY_SNAPSHOT, transfers: phases.map((phase, at) => transferOf(fakeCid(at), phase)) }
  }
  return { show, target, stop }
}

function fakeNavigator() {
  const shown: number[] = []
  const navigator: BadgeNavigator = {
    setAppBadge: async (count = 0) => void shown.push(count),
    clearAppBadge: async () => void shown.push(0),
  }
  return { shown, navigator }
}

describe('the badge', () => {
  it('counts what runs, and goes when nothing does', () => {
    const { shown, navigator } = fakeNavigator()
    const { show } = badgeOn(navigator)
    show('moving', 'moving', 'paused', 'done')
    show('moving', 'moving', 'done')
    show('done')
    expect(shown).toEqual([0, 2, 0])
  })

  it('goes with the page, and is shown again by the one that is looked at', () => {
    const { shown, navigator } = fakeNavigator()
    const { show, target, stop } = badgeOn(navigator)
    show('moving')
    target.dispatchEvent(new Event('pagehide'))
    target.dispatchEvent(new Event('focus'))
    stop()
    target.dispatchEvent(new Event('focus'))
    expect(shown).toEqual([0, 1, 0, 1, 0])
  })

  it('is nobody’s trouble where there is none, or it is refused', async () => {
    expect(() => badgeOn({}).show('moving')).not.toThrow()
    let refusals = 0
    const refuse = async () => {
      refusals += 1
      throw new DOMException('not installed', 'NotAllowedError')
    }
    badgeOn({ setAppBadge: refuse, clearAppBadge: refuse }).show('moving')
    // A rejection that nobody takes fails the run.
    await new Promise((resolve) => setImmediate(resolve))
    expect(refusals).toBe(2)
  })
})

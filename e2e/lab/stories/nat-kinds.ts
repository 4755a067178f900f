import { expect } from '@playwright/test'
import type { NatView } from '../../../src/rpc/connectivity.ts'
import { pageFor } from '../lab.ts'
import type { NetworkName } from '../network-kinds.ts'
import type { Story } from './story.ts'

// Browsers hide a page’s own addresses, so that no NAT looks like one with a single mapping.
const KINDS: readonly (readonly [NetworkName, NatView['kind']])[] = [
  ['public', 'cone'],
  ['cone', 'cone'],
  ['restricted', 'cone'],
  ['double', 'cone'],
  ['symmetric', 'symmetric'],
  ['blocked', 'udp-blocked'],
]
const CHECKED_MS = 40_000

export const NAT_KINDS: Story = {
  title: 'a page finds out by STUN what stands between it and the internet',
  isShort: false,
  tell: async (lab) => {
    for (const [network, kind] of KINDS) {
      await using person = await lab.newPerson(network)
      await person.browser.open(pageFor(lab.keeper, network))
      const kindNow = async (): Promise<string | undefined> => (await person.browser.record()).status?.nat.kind
      await expect.poll(kindNow, { timeout: CHECKED_MS, message: network }).toBe(kind)
    }
    return KINDS.map(([network, kind]) => `${network}: ${kind}`).join(', ')
  },
}

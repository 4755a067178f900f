/** A description that is too large for one envelope, from its owner to members, and from them to others. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CommunityId } from '../../history/ids.ts'
import { KeptEnvelopes } from '../../history/live/kept-envelopes.ts'
import type { HistoryDevice } from '../testing/history-device.ts'
import { HistoryDevices } from '../testing/history-devices.ts'

/** Each with a name of some 300 bytes: more than the 115,200 of an envelope. */
const CHANNELS = Array.from({ length: 360 }, (_, i) => `${String(i).padStart(4, '0')}${'庭'.repeat(96)}`)

describe('a community with more channels than fit into one envelope', () => {
  let devices: HistoryDevices
  let owner: HistoryDevice

  beforeEach(async () => {
    devices = new HistoryDevices()
    owner = await devices.startOwner()
  })
  afterEach(() => devices.stop())

  const follow = async (name: string, id: string): Promise<HistoryDevice> => {
    const member = await devices.start(name)
    await member.history.follow(id)
    return member
  }

  it('is described whole to members, and by them to who comes while its owner is away', async () => {
    const { id } = await owner.history.create({ name: 'Gardeners', channels: CHANNELS })
    const newest = await keptParts(owner, id)
    expect(newest.length).toBeGreaterThan(1)
    const member = await follow('member', id)
    const described = await member.until(id, ({ channels }) => channels.length === CHANNELS.length)
    expect(described.channels.map(({ name }) => name)).toEqual(CHANNELS)
    expect(await keptParts(member, id)).toEqual(newest)
    await owner.stop()

    const late = await follow('late', id)

    await late.until(id, ({ channels }) => channels.length === CHANNELS.length)
    expect(await keptParts(late, id)).toEqual(newest)
  })

  it('is described anew to who listens, part by part in whatever order', async () => {
    const { id } = await owner.history.create({ name: 'Gardeners', channels: CHANNELS })
    const member = await follow('member', id)
    await member.until(id, ({ channels }) => channels.length === CHANNELS.length)
    member.network.isGone = true
    await owner.history.describe(id, { name: 'Growers' })
    member.network.isGone = false
    const listen = member.network.listeners.get(id)
    const parts = (await keptParts(owner, id)).toReversed()
    const verdicts: unknown[] = []
    // The same part again, and after all of them, is known.
    for (const part of [...parts.slice(0, 1), ...parts, ...parts]) {
      verdicts.push(await listen?.(part, owner.network.peer))
    }
    expect(verdicts).toEqual(['accept', 'ignore', ...parts.slice(1).map(() => 'accept'), ...parts.map(() => 'ignore')])
    await member.until(id, ({ name }) => name === 'Growers')
  })

  async function keptParts(device: HistoryDevice, id: string): Promise<readonly Uint8Array[]> {
    const newest = await new KeptEnvelopes(device.disk.liveKv).newest(id as CommunityId, 'description')
    return newest === undefined ? [] : [newest.envelope, ...newest.more]
  }
})

import { describe, expect, it } from 'vitest'
import { FakeDataChannel } from '../testing/fake-data-channel.ts'
import type { ChannelCarrier } from '../protocol.ts'
import { handOverChannel } from './hand-over-channel.ts'

describe('handing a channel over', () => {
  it('transfers the channel itself where the browser can', () => {
    const channel = new FakeDataChannel('a')
    const sent: unknown[] = []

    handOverChannel(channel, true, (_description, carrier, transfer) => sent.push([carrier, transfer]))

    expect(sent).toEqual([[{ kind: 'direct', channel }, [channel]]])
  })

  it.each([
    ['the browser cannot', true],
    ['the worker cannot take it', false],
  ])('relays over a port where %s', (_why, mayTransfer) => {
    const carriers: ChannelCarrier[] = []

    handOverChannel(new FakeDataChannel('a'), mayTransfer, (_description, carrier) => {
      if (carrier.kind === 'direct') {
        throw new DOMException('no transfer', 'DataCloneError')
      }
      carriers.push(carrier)
      carrier.port.close()
    })

    expect(carriers).toMatchObject([{ kind: 'relay' }])
  })

  it('does not hide another failure', () => {
    const handOver = (): void =>
      handOverChannel(new FakeDataChannel('a'), true, () => {
        throw new DOMException('closed', 'InvalidStateError')
      })

    expect(handOver).toThrow(expect.objectContaining({ name: 'InvalidStateError' }))
  })
})

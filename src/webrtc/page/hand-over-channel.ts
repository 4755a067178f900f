import type { ChannelCarrier, ChannelDescription } from '../protocol.ts'
import { PageChannelRelay } from './page-channel-relay.ts'

export type SendChannel = (description: ChannelDescription, carrier: ChannelCarrier, transfer: Transferable[]) => void

/**
 * Gives a channel to the worker: the channel itself where the browser lets it go, else a port with its bytes.
 *
 * Must run in the task that created the channel or fired its `datachannel` event: one task later, or after any `send`,
 * Chromium and Firefox throw a DataCloneError. `send` posts the message; it is called once more if the first throws.
 */
export function handOverChannel(channel: RTCDataChannel, mayTransfer: boolean, send: SendChannel): void {
  const description = describe(channel)
  if (mayTransfer) {
    try {
      send(description, { kind: 'direct', channel }, [channel])
      return
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'DataCloneError') {
        throw error
      }
    }
  }
  const { port1, port2 } = new MessageChannel()
  new PageChannelRelay(channel, port1).start()
  send(description, { kind: 'relay', port: port2 }, [port2])
}

function describe(channel: RTCDataChannel): ChannelDescription {
  return {
    label: channel.label,
    protocol: channel.protocol,
    ordered: channel.ordered,
    negotiated: channel.negotiated,
    maxPacketLifeTime: channel.maxPacketLifeTime,
    maxRetransmits: channel.maxRetransmits,
    id: channel.id,
  }
}

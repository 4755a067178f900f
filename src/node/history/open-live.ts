import type { WakuMessage } from '../../codec/history/waku.ts'
import { isQuireError } from '../../errors.ts'
import { loadSecp256k1 } from '../../history/crypto/secp256k1.ts'
import type { GroupKeys } from '../../history/crypto/hash-ratchet.ts'
import type { CommunityId } from '../../history/ids.ts'
import { liveOutcomeOf } from '../../history/live/live-outcome.ts'
import type { OpenLive } from '../../history/live/live-types.ts'
import { openEnvelope } from '../../history/message/envelope.ts'
import { MessageOpener } from '../../history/message/message-opener.ts'

interface LiveOpenerComponents {
  readonly groupKeys: GroupKeys
}

/** Opens live envelopes: the layer that hides nothing, then what was signed. Parts of large messages wait for each other. */
export function liveOpener({ groupKeys }: LiveOpenerComponents): OpenLive {
  const openers = new Map<CommunityId, MessageOpener>()
  return async (community, envelope) => {
    const curve = await loadSecp256k1()
    const opener = openers.get(community) ?? new MessageOpener(curve, { community, keys: groupKeys })
    openers.set(community, opener)
    try {
      return await liveOutcomeOf(opener, await openEnvelope(curve, envelope, community))
    } catch (error) {
      if (!isQuireError(error)) throw error
      return { kind: 'ignored', reason: 'not-decodable' }
    }
  }
}

/** What archives keep of an envelope that has opened. */
export async function archivedFormOf(envelope: Uint8Array, community: CommunityId): Promise<WakuMessage> {
  return openEnvelope(await loadSecp256k1(), envelope, community)
}

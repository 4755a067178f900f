import { isQuireError } from '../../errors.ts'
import { loadSecp256k1 } from '../../history/crypto/secp256k1.ts'
import { liveOutcomeOf } from '../../history/live/live-outcome.ts'
import type { OpenLive } from '../../history/live/live-types.ts'
import { openEnvelope } from '../../history/message/envelope.ts'
import { MessageOpener } from '../../history/message/message-opener.ts'

/** No group key is a keeper’s: what members encrypt among themselves is kept as it is. */
const NO_KEYS = { get: () => undefined }

/** Opens envelopes of one community; parts of large messages wait for each other. */
export function openerOf(): OpenLive {
  let opener: MessageOpener | undefined
  return async (community, envelope) => {
    try {
      const curve = await loadSecp256k1()
      opener ??= new MessageOpener(curve, { community, keys: NO_KEYS })
      return await liveOutcomeOf(opener, await openEnvelope(curve, envelope, community))
    } catch (error) {
      // An id that is no point of the curve, or bytes that are no envelope of this community.
      if (!isQuireError(error)) throw error
      return { kind: 'ignored', reason: 'not-decodable' }
    }
  }
}

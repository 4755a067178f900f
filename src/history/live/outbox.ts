/**
 * What this device has said and nobody took yet: sent again until somebody does, also by later runs.
 *
 *   add ──▶ kept, “sending” ──▶ publish ── 0 took it ──▶ pause of 2, 4, 8 … 60 s ──▶ publish …
 */
import type { HistoryClock } from '../clock.ts'
import { toHex } from '../crypto/hex.ts'
import type { CommunityId, MessageId } from '../ids.ts'
import type { HistoryNetwork } from '../ports.ts'
import type { KeptEnvelopes } from './kept-envelopes.ts'
import type { LiveSink } from './live-types.ts'
import { Wakeable } from './wakeable.ts'

export interface OutboxComponents {
  readonly network: Pick<HistoryNetwork, 'publish'>
  readonly kept: KeptEnvelopes
  readonly sink: Pick<LiveSink, 'onDelivered'>
  readonly clock: HistoryClock
}

const FIRST_PAUSE_MS = 2_000
const MAX_PAUSE_MS = 60_000

export class Outbox {
  readonly #components: OutboxComponents
  readonly #community: CommunityId
  readonly #wakeable: Wakeable

  constructor(components: OutboxComponents, init: { readonly community: CommunityId }) {
    this.#components = components
    this.#community = init.community
    this.#wakeable = new Wakeable(components.clock)
  }

  /** Tries now: something new is kept, or somebody came. */
  hurry(): void {
    this.#wakeable.wake()
  }

  /** Ends with the signal. */
  async run(signal: AbortSignal): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS
    while (!signal.aborted) {
      const isLeft = await this.#sendAll()
      pauseMs = isLeft ? Math.min(pauseMs * 2, MAX_PAUSE_MS) : FIRST_PAUSE_MS
      const wasWoken = await this.#wakeable.pause(isLeft ? pauseMs / 2 : undefined, signal)
      if (wasWoken) pauseMs = FIRST_PAUSE_MS
    }
  }

  // In the order in which it was said: where nobody takes the first, nobody takes the rest.
  async #sendAll(): Promise<boolean> {
    const { network, kept, sink } = this.#components
    for (const unsent of await kept.unsent(this.#community)) {
      const takers = await network.publish(this.#community, unsent.envelope).catch(() => 0)
      if (takers === 0) return true
      await kept.delivered(this.#community, unsent)
      sink.onDelivered(this.#community, toHex(unsent.id) as MessageId)
    }
    return false
  }
}

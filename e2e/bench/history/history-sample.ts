/**
 * The sample community of the history measures, at the keeper: all its weeks but the last, and the last one when it is wanted.
 *
 *   WeekMakers (cached) ─▶ archives ─▶ keeper ─▶ link        the week after ─▶ envelopes at the keeper, for the owner to publish
 */
import { join } from 'node:path'
import { encodeCommunityLink } from '../../../src/codec/community-link.ts'
import { WEEK_MS } from '../../../src/history/clock.ts'
import { type Curve, type KeyPair, loadSecp256k1 } from '../../../src/history/crypto/secp256k1.ts'
import type { CommunityId } from '../../../src/history/ids.ts'
import { writeKeyText } from '../../../src/history/keys/key-text.ts'
import { sealEnvelopes } from '../../../src/history/message/envelope.ts'
import { transportPayload } from '../../../src/history/message/sign-message.ts'
import { publishSample, sampleCommunity } from '../../../src/history/sample/publish-sample.ts'
import type { SampleInit } from '../../../src/history/sample/sample-message.ts'
import { samplePlan } from '../../../src/history/sample/sample-plan.ts'
import { sampleWeek } from '../../../src/history/sample/sample-week.ts'
import { SampleSigner } from '../../../src/history/sample/sign-week.ts'
import { readRunningNote } from '../../../src/keeper/running-note.ts'
import type { KeeperProcess } from '../../fixtures/keeper-process.ts'
import { keeperAddresses, keeperTarget } from '../../sample/keeper-target.ts'
import { WeekMakers } from '../../sample/week-makers.ts'
import type { SampleSize } from '../measure.ts'

const SEED = 'quire bench'
const PERSONS = 1000

interface HistorySampleInit {
  readonly keeper: KeeperProcess
  readonly size: SampleSize
  /** The project’s root. */
  readonly root: string
  readonly log: (text: string) => void
}

function sampleInit({ messages, weeks, channels }: SampleSize): SampleInit {
  // The last whole week is left for the owner to publish.
  const endMs = Math.floor(Date.now() / WEEK_MS) * WEEK_MS - WEEK_MS
  return { seed: SEED, messages, weeks, channels, persons: PERSONS, endMs }
}

export class HistorySample {
  readonly init: SampleInit
  /** What a member opens. */
  readonly link: string
  readonly community: CommunityId
  /** Of the index of all weeks. */
  readonly indexBytes: number
  /** Of all weeks. */
  readonly archiveBytes: number
  readonly #curve: Curve
  readonly #key: KeyPair
  readonly #target: ReturnType<typeof keeperTarget>

  private constructor(
    parts: Pick<HistorySample, 'init' | 'link' | 'community' | 'indexBytes' | 'archiveBytes'>,
    secrets: { readonly curve: Curve; readonly key: KeyPair; readonly target: ReturnType<typeof keeperTarget> },
  ) {
    this.init = parts.init
    this.link = parts.link
    this.community = parts.community
    this.indexBytes = parts.indexBytes
    this.archiveBytes = parts.archiveBytes
    this.#curve = secrets.curve
    this.#key = secrets.key
    this.#target = secrets.target
  }

  /** Makes what is not cached, and publishes it. */
  static async publish({ keeper, size, root, log }: HistorySampleInit): Promise<HistorySample> {
    const init = sampleInit(size)
    const note = await readRunningNote(keeper.dataDir)
    if (note === undefined) throw new Error('The keeper left no note.')
    const curve = await loadSecp256k1()
    const target = keeperTarget(note)
    const makers = new WeekMakers(init, { cacheDir: join(root, '.cache', 'sample') })
    const onWeek = (done: number): void => {
      if (done % 20 === 0) log(`  ${done} of ${init.weeks} weeks are at the keeper`)
    }
    try {
      const parts = { curve, target: { ...target, ...makers.asTarget() } }
      const options = { nowMs: Date.now(), onWeek }
      const { community, indexBytes, archiveBytes } = await publishSample(parts, init, options)
      const link = encodeCommunityLink(keeper.url, { community, addresses: await keeperAddresses(keeper.url) })
      const { key } = sampleCommunity(curve, init)
      return new HistorySample({ init, link, community, indexBytes, archiveBytes }, { curve, key, target })
    } finally {
      await makers.stop()
    }
  }

  /** The file that makes a browser the community’s owner. */
  ownerKeyText(): string {
    return writeKeyText({ what: 'community', publicKey: this.community, secret: this.#key.secret }, 'The Gathering')
  }

  /** The week after those that are published, said as its people would have: its envelopes are at the keeper. */
  async sayNextWeek(): Promise<{ readonly messages: number }> {
    const { weeks, messages, endMs } = this.init
    const next = { ...this.init, weeks: 1, messages: Math.round(messages / weeks), endMs: endMs + WEEK_MS }
    const signer = new SampleSigner(this.#curve, {
      community: this.community,
      init: this.init,
      plan: samplePlan(this.init),
    })
    const envelopes: Uint8Array[] = []
    for (const { signed, message } of signer.signEach(sampleWeek(next, 0))) {
      const options = { community: this.community, signer: signed.signer, atMs: message.atMs }
      envelopes.push(...(await sealEnvelopes(this.#curve, await transportPayload(signed), options)))
    }
    await this.#target.deliver(this.community, envelopes, {})
    return { messages: next.messages }
  }
}

import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { systemClock } from '../../history/clock.ts'
import { communityIdOf, type Curve, type KeyPair, loadSecp256k1 } from '../../history/crypto/secp256k1.ts'
import { contentTopicOf, universalChatId } from '../../history/crypto/topics.ts'
import type { ChatId, CommunityId } from '../../history/ids.ts'
import { CommunitySync } from '../../history/live/community-sync.ts'
import { KeptEnvelopes } from '../../history/live/kept-envelopes.ts'
import type { LiveTable } from '../../history/live/live-keys.ts'
import type { LiveMessage } from '../../history/live/live-types.ts'
import { sealEnvelopes } from '../../history/message/envelope.ts'
import { chatBody } from '../../history/message/testing/people.ts'
import {
  type SignedMessage,
  signArchiveLink,
  signMessage,
  transportPayload,
} from '../../history/message/sign-message.ts'
import { HistoryTransport } from '../../network/history-transport.ts'
import { nodeAssembly } from '../../network/node-libp2p.ts'
import { generatePrivateKey } from '../../network/peer-identity.ts'
import { QuireNetwork } from '../../network/quire-network.ts'
import { MemoryKv } from '../../store/memory-kv.ts'
import type { Keeper } from '../keeper.ts'
import { startKeeper } from '../testing/started-keeper.ts'
import { openerOf } from './open-without-keys.ts'

interface Member {
  readonly network: QuireNetwork
  readonly transport: HistoryTransport<CommunityId>
  readonly sync: CommunitySync
  readonly texts: string[]
  readonly links: string[]
}

const LINK = 'zDvZRwzm22eSYNdLBuNHVi7jSTR2a4n48yy4Ur9qws4vHV6madiz'

async function newCommunity(): Promise<{ curve: Curve; owner: KeyPair; community: CommunityId }> {
  const curve = await loadSecp256k1()
  const owner = curve.generate()
  return { curve, owner, community: communityIdOf(curve, owner.publicKey) }
}

async function member(keeper: Keeper, community: CommunityId): Promise<Member> {
  const network = new QuireNetwork(
    { assemble: nodeAssembly() },
    { privateKey: await generatePrivateKey(), version: '0.0.0', keepers: [...keeper.addresses] },
  )
  onTestFinished(() => network.stop())
  await network.start()
  const transport = new HistoryTransport<CommunityId>({
    network,
    topicOf: (id) => contentTopicOf(universalChatId(id as CommunityId)),
  })
  const kv = new MemoryKv<LiveTable>()
  await kv.open()
  const texts: string[] = []
  const links: string[] = []
  const sink = {
    onMessages: (_id: CommunityId, messages: readonly LiveMessage[]) => {
      for (const { opened } of messages) if (opened.body.kind === 'chat') texts.push(opened.body.chat.text)
    },
    onLink: (_id: CommunityId, { archiveLink }: { archiveLink: string }) => void links.push(archiveLink),
    onWaiting: () => undefined,
    onDescription: () => undefined,
    onDelivered: () => undefined,
    onMissingKey: () => undefined,
    onState: () => undefined,
  }
  const kept = new KeptEnvelopes(kv)
  const sync = new CommunitySync(
    { network: transport, kept, open: openerOf(), sink, clock: systemClock },
    { community },
  )
  onTestFinished(() => sync.stop())
  return { network, transport, sync, texts, links }
}

function said(curve: Curve, community: CommunityId, person: KeyPair): SignedMessage {
  const channel = `${community}5b8c1f6e-0000-4000-8000-000000000001` as ChatId
  return signMessage(curve, chatBody(channel, { clockMs: Date.now(), timestampMs: Date.now() }), person)
}

async function envelopeOf(
  curve: Curve,
  signed: SignedMessage,
  community: CommunityId,
  atMs = Date.now(),
): Promise<Uint8Array> {
  const envelopes = await sealEnvelopes(curve, await transportPayload(signed), {
    community,
    signer: signed.signer,
    atMs,
  })
  const [envelope] = envelopes
  if (envelope === undefined) throw new Error('Nothing was made.')
  return envelope
}

describe('a keeper as store node', () => {
  it('begins to serve a community that its owner signed for, and gives a newcomer what was said before', async () => {
    const { keeper } = await startKeeper()
    const { curve, owner, community } = await newCommunity()
    const first = await member(keeper, community)
    await first.sync.start()
    const link = signArchiveLink(curve, { clockMs: Date.now(), archiveLink: LINK }, owner)
    await first.sync.announce(await envelopeOf(curve, link, community))
    await vi.waitUntil(() => keeper.figures().history.communities === 1, { timeout: 10_000 })
    await first.sync.send(await envelopeOf(curve, said(curve, community, curve.generate()), community))
    await vi.waitUntil(async () => (await rangeOf(first, keeper, community)).length === 1, { timeout: 10_000 })
    await first.sync.stop()
    await first.network.stop()

    const newcomer = await member(keeper, community)
    await newcomer.sync.start()

    await vi.waitFor(() => expect(newcomer).toMatchObject({ texts: ['hello'], links: [LINK] }), 10_000)
  })

  it('serves named communities at once and after a restart, and nobody else’s made-up ids', async () => {
    const { curve, owner, community } = await newCommunity()
    const { keeper, dataDir } = await startKeeper({ communities: [community], maxCommunities: 0 })
    const other = await newCommunity()
    const first = await member(keeper, community)
    await first.sync.start()
    const [peer] = await peersOf(first, keeper)
    const description = signArchiveLink(other.curve, { clockMs: 1, archiveLink: LINK }, other.owner)
    const asked = await first.transport.ask(peer, {
      kind: 'serve',
      community: other.community,
      envelopes: [await envelopeOf(curve, description, other.community)],
    })
    expect(asked).toEqual({ kind: 'serve', isServed: false })
    const link = signArchiveLink(curve, { clockMs: 5, archiveLink: LINK }, owner)
    await first.transport.ask(peer, { kind: 'serve', community, envelopes: [await envelopeOf(curve, link, community)] })
    await first.sync.stop()
    await keeper.stop()

    const { keeper: again } = await startKeeper({ dataDir, communities: [community], maxCommunities: 0 })
    const late = await member(again, community)
    await late.sync.start()

    await vi.waitFor(() => expect(late.links).toEqual([LINK]), 10_000)
  })

  it('does not take a link that another key has signed', async () => {
    const { keeper } = await startKeeper()
    const { curve, community } = await newCommunity()
    const first = await member(keeper, community)
    await first.sync.start()
    const [peer] = await peersOf(first, keeper)
    const forged = signArchiveLink(curve, { clockMs: Date.now(), archiveLink: LINK }, curve.generate())

    const question = { kind: 'serve', community, envelopes: [await envelopeOf(curve, forged, community)] } as const

    expect(await first.transport.ask(peer, question)).toEqual({ kind: 'serve', isServed: false })
    expect(keeper.figures().history).toMatchObject({ communities: 0, answered: { serve: expect.any(Number) } })
  })
})

async function peersOf({ network }: Member, keeper: Keeper) {
  await vi.waitUntil(() => network.joinedPeers().some((peer) => peer === keeper.peerId), { timeout: 10_000 })
  const [peer] = network.joinedPeers()
  if (peer === undefined) throw new Error('The keeper is not connected.')
  return [peer] as const
}

async function rangeOf(one: Member, keeper: Keeper, community: CommunityId): Promise<readonly Uint8Array[]> {
  const [peer] = await peersOf(one, keeper)
  const question = { kind: 'range', community, fromMs: 0, toMs: Date.now() + 60_000, limit: 10 } as const
  const answer = await one.transport.ask(peer, question)
  return answer.kind === 'range' ? answer.envelopes : []
}

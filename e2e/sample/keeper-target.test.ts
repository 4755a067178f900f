import { describe, expect, it, onTestFinished } from 'vitest'
import { contentTopicOf, universalChatId } from '../../src/history/crypto/topics.ts'
import { loadSecp256k1 } from '../../src/history/crypto/secp256k1.ts'
import type { CommunityId } from '../../src/history/ids.ts'
import { openEnvelope } from '../../src/history/message/envelope.ts'
import { MessageOpener } from '../../src/history/message/message-opener.ts'
import { publishSample } from '../../src/history/sample/publish-sample.ts'
import type { SampleInit } from '../../src/history/sample/sample-message.ts'
import { KeeperClient } from '../../src/keeper/keeper-client.ts'
import { readRunningNote } from '../../src/keeper/running-note.ts'
import { startKeeper } from '../../src/keeper/testing/started-keeper.ts'
import { HistoryTransport } from '../../src/network/history-transport.ts'
import { nodeAssembly } from '../../src/network/node-libp2p.ts'
import { generatePrivateKey } from '../../src/network/peer-identity.ts'
import { QuireNetwork } from '../../src/network/quire-network.ts'
import { keeperTarget } from './keeper-target.ts'

const INIT: SampleInit = { seed: 'test', messages: 200, weeks: 3, channels: 3, persons: 9, endMs: Date.UTC(2024, 0, 1) }

/** What a newcomer is told of a community by those who answer for it. */
async function linkAnswer(addresses: readonly string[], community: CommunityId) {
  const network = new QuireNetwork(
    { assemble: nodeAssembly() },
    { privateKey: await generatePrivateKey(), version: '0.0.0', keepers: addresses },
  )
  onTestFinished(() => network.stop())
  await network.start()
  const topicOf = (id: string): string => contentTopicOf(universalChatId(id as CommunityId))
  const transport = new HistoryTransport<CommunityId>({ network, topicOf })
  for await (const peer of transport.answerers(community, { addresses })) {
    const answer = await transport.ask(peer, { kind: 'link', community })
    if (answer.kind === 'link') return answer
  }
  throw new Error('Nobody answered.')
}

describe('a sample at a keeper', () => {
  it('is found by a newcomer who knows the community’s id alone, and its archives are at the keeper', async () => {
    const { keeper, dataDir } = await startKeeper()
    const note = await readRunningNote(dataDir)
    if (note === undefined) throw new Error('The keeper left no note.')
    const curve = await loadSecp256k1()
    const options = { nowMs: Date.now() }
    const published = await publishSample({ curve, target: keeperTarget(note) }, INIT, options)

    const { community, indexCid } = published
    const { link, description } = await linkAnswer(keeper.addresses, community)
    const opener = new MessageOpener(curve, { community, keys: { get: () => undefined } })
    const opened = await Promise.all(
      [link, description].map(async (envelope) =>
        opener.open(await openEnvelope(curve, envelope ?? new Uint8Array(), community)),
      ),
    )
    expect(opened).toMatchObject([
      { kind: 'link', link: { archiveLink: indexCid.toString() } },
      { kind: 'description', description: { identity: { displayName: 'The Gathering' } } },
    ])
    const client = new KeeperClient(note)
    expect(await client.exists(indexCid)).toBe(true)
    expect(await client.list()).toHaveLength(2 * published.archiveCount + 1)
    // Stored twice is stored once.
    await publishSample({ curve, target: keeperTarget(note) }, INIT, { nowMs: options.nowMs + 1 })
    expect(await client.list()).toHaveLength(2 * published.archiveCount + 1)
  })
})

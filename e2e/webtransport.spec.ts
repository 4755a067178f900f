/**
 * A browser dials a peer in Go straight, without a relay and without a name or a certificate authority: over WebTransport and
 * over WebRTC Direct. Either address carries the hashes of the certificates that the browser is to accept.
 */
import { expect } from '@playwright/test'
import { cidOf } from './fixtures/cid-of.ts'
import { test } from './fixtures/native-test.ts'
import { sha256OfFile } from './fixtures/quire-page.ts'

const MIB = 1 << 20

for (const { transport, words } of [
  { transport: 'webtransport', words: 'WebTransport, direct' },
  { transport: 'webrtc-direct', words: 'WebRTC, direct' },
] as const) {
  test(`datasets move both ways between a browser and a peer in Go over ${transport}`, async ({
    openBrowser,
    makeFile,
    keeper,
    startGoPeer,
  }) => {
    const theirs = await makeFile(`out-by-${transport}.bin`, 20 * MIB + 777)
    const ours = await makeFile(`home-by-${transport}.bin`, 20 * MIB + 333)
    const peer = await startGoPeer({ transport })
    const cid = await peer.serve(theirs.path, theirs.name)
    const browser = await openBrowser()
    const relayedBefore = await keeper.relayedBytes()

    await browser.fetch(linkOf(keeper.url, cid, await peer.addresses))
    await browser.waitUntilComplete(theirs.name)
    const connections = await browser.connections()
    const [connection] = await peer.connections()
    const ownCid = cidOf(await browser.share(ours.path, ours.name))
    const target = `${ours.path}.got`
    const fetched = await peer.fetch(ownCid, target, [`/p2p/${connection?.peer ?? ''}`])

    expect((await browser.save(theirs.name)).sha256).toBe(theirs.sha256)
    expect(await sha256OfFile(target)).toBe(ours.sha256)
    expect(connections).toContain(words)
    expect(connection?.address).toContain('/udp/')
    expect(fetched.interruptions).toEqual([])
    expect(await keeper.relayedBytes()).toBe(relayedBefore)
  })
}

function linkOf(page: string, cid: string, addresses: readonly string[]): string {
  return `${page}/#/${cid}?maddrs=${addresses.map(encodeURIComponent).join(',')}`
}

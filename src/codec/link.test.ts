import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ManifestCid, parseManifestCid } from './cid.ts'
import { encodeShareLink, parseShareLink } from './link.ts'
import { MAX_ADDRESS_CHARACTERS, MAX_LINK_ADDRESSES } from './link-addresses.ts'
import { manifestCid } from './testing/arbitraries.ts'
import { outcomeOf } from './testing/bytes.ts'
import { wire } from './testing/vectors.ts'

const CID: ManifestCid = parseManifestCid(wire.manifestProtocol.request.cid)
const TEXT = CID.toString()
const TREE = wire.endToEnd[0]?.treeCid ?? ''
const RELAY = '/ip4/127.0.0.1/tcp/4170/ws/p2p/16Uiu2HAm1/p2p-circuit/webrtc/p2p/16Uiu2HAm2'
const IP6 = '/ip6/::1/udp/9000/webrtc-direct/certhash/uEiA_-x'

describe('writing a share link', () => {
  it('puts everything into the fragment', () => {
    expect(encodeShareLink('https://quire.example/app/', { cid: CID, addresses: [RELAY, IP6] })).toBe(
      `https://quire.example/app/#/${TEXT}?maddrs=${RELAY},${IP6}`,
    )
  })

  it('replaces the fragment of the page that it is made on', () => {
    const link = encodeShareLink(`http://localhost:4170/?lang=en#/${TREE}?maddrs=/x`, { cid: CID, addresses: [] })
    expect(link).toBe(`http://localhost:4170/?lang=en#/${TEXT}`)
    expect(encodeShareLink('http://localhost:4170', { cid: CID, addresses: [] })).toBe(
      `http://localhost:4170/#/${TEXT}`,
    )
  })

  it('leaves out what a reader would drop', () => {
    const many = Array.from({ length: 20 }, (_, i) => `/ip4/10.0.0.${i}/tcp/1`)
    const link = encodeShareLink('https://q.example/', { cid: CID, addresses: ['nonsense', '/a b', '/a,b', ...many] })
    expect(parseShareLink(link).addresses).toEqual(many.slice(0, MAX_LINK_ADDRESSES))
  })

  it('refuses a page that has no URL', () => {
    expect(outcomeOf(() => encodeShareLink('quire', { cid: CID, addresses: [] }))).toBe('ERR_LINK_INVALID')
  })

  it('gives links that come back as they were', () => {
    const address = fc.string({ unit: fc.constantFrom(...'/abz09.:-_~%#?&=+ü!()'.split('')), maxLength: 40 })
    const addresses = fc.uniqueArray(
      address.map((text) => `/${text.replaceAll('ü', '')}x`),
      { maxLength: MAX_LINK_ADDRESSES },
    )
    fc.assert(
      fc.property(
        manifestCid,
        addresses,
        fc.webUrl({ withFragments: true, withQueryParameters: true }),
        (cid, list, page) => {
          const link = parseShareLink(encodeShareLink(page, { cid, addresses: list }))
          expect(link.cid.toString()).toBe(cid.toString())
          expect(link.addresses).toEqual(list)
        },
      ),
      { numRuns: 1000 },
    )
  })
})

describe('reading what a person pasted', () => {
  const LINK = `https://quire.example/#/${TEXT}?maddrs=${RELAY},${IP6}`

  it.each([
    ['a link', LINK],
    ['a link of another page', LINK.replace('https://quire.example/', 'http://localhost:4170/deep/index.html?x=1')],
    ['spaces and line ends around it', `  \n${LINK}\r\n`],
    ['angle brackets', `<${LINK}>`],
    ['quotes and a full stop', `“${LINK}”.`],
    ['Markdown', `[the file](${LINK})`.replace('[the file]', '[the file] ')],
    ['a sentence', `Here is the file: ${LINK}, have fun!`],
    ['invisible marks', `\u200e${LINK}\u200b\ufeff`],
    ['a line break in the CID', LINK.replace(TEXT.slice(20), `\n${TEXT.slice(20)}`)],
    ['percent-encoded addresses', LINK.replace(`${RELAY},${IP6}`, encodeURIComponent(`${RELAY},${IP6}`))],
    [
      'a fragment that is wholly percent-encoded',
      LINK.replace(/#.*$/u, (all) => `#${encodeURIComponent(all.slice(1))}`),
    ],
    ['a fragment alone', LINK.slice(LINK.indexOf('#'))],
    ['a path alone', `/${TEXT}?maddrs=${RELAY},${IP6}`],
    ['web+codex:', `web+codex:${TEXT}?maddrs=${RELAY},${IP6}`],
    ['codex://', `codex://${TEXT}?maddrs=${RELAY},${IP6}`],
    ['CODEX: in capitals', `CODEX:${TEXT}?maddrs=${RELAY}&maddrs=${IP6}`],
    ['a link with the CID in its path', `https://quire.example/cid/${TEXT}/film.mp4?maddrs=${RELAY},${IP6}`],
    ['other parameters', LINK.replace('?', '?a=b&')],
    ['a hash bang', LINK.replace('#/', '#!/')],
  ])('finds the dataset and its addresses in %s', (_what, text) => {
    const link = parseShareLink(text)
    expect(link.cid.toString()).toBe(TEXT)
    expect(link.addresses).toEqual([RELAY, IP6])
  })

  it.each([
    TEXT,
    ` ${TEXT}.`,
    `codex:${TEXT}`,
    `web+codex:${TEXT}`,
    `https://a.example/#${TEXT}`,
    `#/${TEXT}/`,
    `#/${TEXT}?`,
  ])('takes “%s” without addresses', (text) => {
    expect(parseShareLink(text)).toEqual({ cid: CID, addresses: [] })
  })

  it.each([
    ['', 'ERR_LINK_INVALID'],
    ['   ', 'ERR_LINK_INVALID'],
    ['https://quire.example/', 'ERR_LINK_INVALID'],
    ['https://quire.example/#/', 'ERR_LINK_INVALID'],
    ['https://quire.example/#/?maddrs=/ip4/1.2.3.4', 'ERR_LINK_INVALID'],
    ['look at https://quire.example/ please', 'ERR_LINK_INVALID'],
    ['hello', 'ERR_CID_INVALID'],
    ['see you tomorrow', 'ERR_CID_INVALID'],
    [`https://quire.example/#/${TEXT.slice(0, 30)}`, 'ERR_CID_INVALID'],
    [`https://quire.example/#/%E0%A4%A`, 'ERR_CID_INVALID'],
    [TREE, 'ERR_CID_WRONG_KIND'],
    [`here it is: https://quire.example/#/${TREE} bye`, 'ERR_CID_WRONG_KIND'],
    [`https://quire.example/#/${TEXT}${' '.repeat(20_000)}`, 'ERR_LINK_INVALID'],
  ])('refuses “%.60s” with %s', (text, code) => {
    expect(outcomeOf(() => parseShareLink(text))).toBe(code)
  })

  it('keeps at most eight addresses of at most 512 characters and drops what is none', () => {
    const longest = `/${'a'.repeat(MAX_ADDRESS_CHARACTERS - 1)}`
    const good = Array.from({ length: 9 }, (_, i) => `/ip4/10.0.0.${i}`)
    const bad = ['http://x', '', '/', '%zz', '/tab%09', '/ü', '/nul%00', `${longest}a`]
    const { addresses } = parseShareLink(`#/${TEXT}?maddrs=${[...bad, longest, ...good].join(',')}`)
    expect(addresses).toEqual([longest, ...good.slice(0, 7)])
  })

  it('keeps an address once', () => {
    expect(parseShareLink(`#/${TEXT}?maddrs=${RELAY},${RELAY}`).addresses).toEqual([RELAY])
  })

  it('reads a hostile text of the greatest length in no noticeable time', () => {
    const started = performance.now()
    for (const part of ['.', 'z', '#/', '%2c', 'z ', '('])
      outcomeOf(() => parseShareLink(part.repeat(16_384 / part.length)))
    expect(performance.now() - started).toBeLessThan(4000)
  })
})

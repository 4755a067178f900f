import { describe, expect, it } from 'vitest'
import { PLAYER_REPORT } from '../rpc/player-report.ts'
import { PlayerRooms } from './player-rooms.ts'
import { ask, CID, ContentNode, contentBytes, gatewayTo, SCOPE } from './testing/content-node.ts'

/** As a browser that opens an address in a tab. */
const TAB = { Accept: 'text/html,*/*' }

describe('a film that is opened by itself', () => {
  it('plays in a page of ours, which loads it from the same address', async () => {
    const node = new ContentNode({ name: 'Ein Film.webm', mediaType: 'video/webm' })

    const response = await ask(gatewayTo([node]), TAB, '/film.webm?maddrs=/dns4/a.example/tcp/1/ws')
    const page = await response.text()

    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(page).toContain('<title>Ein Film.webm · Quire</title>')
    expect(page).toContain(`data-source="/app/cid/${CID}/film.webm?maddrs=/dns4/a.example/tcp/1/ws"`)
    expect(page).toContain(`href="/app/cid/${CID}/film.webm?maddrs=/dns4/a.example/tcp/1/ws&amp;download"`)
    expect(page).toContain(`href="${SCOPE}#/${CID}?maddrs=/dns4/a.example/tcp/1/ws"`)
    expect(node.streams).toEqual([])
  })

  it('is a sound where it is one', async () => {
    const page = await ask(gatewayTo([new ContentNode({ mediaType: 'audio/wav' })]), TAB)

    expect(await page.text()).toContain('<audio id="player"')
  })

  it('has no words of peers run: neither its name nor its address is markup', async () => {
    const node = new ContentNode({ name: '"><script>alert(1)</script>.webm', mediaType: 'video/webm' })

    const response = await ask(gatewayTo([node]), TAB, `/x?a="><img>`)
    const page = await response.text()

    expect(page).not.toMatch(/<script>|<img>/u)
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; media-src 'self'; style-src/u)
  })

  it.each([
    ['an element or a script', { headers: {}, path: '' }],
    ['who asks for a part', { headers: { ...TAB, Range: 'bytes=0-' }, path: '' }],
    ['who saves it', { headers: TAB, path: '?download' }],
  ])('is its bytes for %s', async (_who, { headers, path }) => {
    const response = await ask(gatewayTo([new ContentNode({ mediaType: 'video/webm' })]), headers, path)

    expect(response.headers.get('content-type')).toBe('video/webm')
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(contentBytes(0, 1000))
  })

  it('leaves what is shown and not played as it is', async () => {
    const response = await ask(gatewayTo([new ContentNode({ mediaType: 'image/png' })]), TAB)

    expect(response.headers.get('content-type')).toBe('image/png')
  })

  it('is read no further than its player has room for, and less is asked ahead', async () => {
    const rooms = new PlayerRooms()
    const node = new ContentNode({ mediaType: 'video/webm', sizeBytes: 1_000_000 })
    const report = { type: PLAYER_REPORT, player: 'one', decodedBytes: 0, aheadBytes: 250, state: 'playing' }
    rooms.receive(report)
    const reader = (await ask(gatewayTo([node], { rooms }), {}, '?player=one')).body?.getReader()
    for (let chunk = 0; chunk < 3; chunk++) await reader?.read()

    const fourth = reader?.read()
    rooms.receive({ ...report, decodedBytes: 50 })
    await new Promise((resolve) => setImmediate(resolve))
    expect(node.streams[0]?.givenBytes).toBe(300)
    rooms.receive({ ...report, decodedBytes: 51 })

    expect((await fourth)?.value).toEqual(contentBytes(300, 400))
    expect(node.streams[0]?.readAheadBytes).toBe(262_144)
  })

  it('is let go by a player that jumps while it has no room', async () => {
    const rooms = new PlayerRooms()
    const node = new ContentNode({ mediaType: 'video/webm', sizeBytes: 1_000_000 })
    rooms.receive({ type: PLAYER_REPORT, player: 'one', decodedBytes: 0, aheadBytes: 1, state: 'paused' })
    const reader = (await ask(gatewayTo([node], { rooms }), {}, '?player=one')).body?.getReader()
    await reader?.read()
    const held = reader?.read()

    await reader?.cancel()

    expect(await held).toEqual({ done: true, value: undefined })
    expect(node.streams[0]?.isCancelled).toBe(true)
  })
})

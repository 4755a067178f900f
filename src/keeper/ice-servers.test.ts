import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ownStunServers, turnServers } from './ice-servers.ts'

const PAGE = { name: 'quire.example', port: 443, isSecure: true }
const PORTS = [3478, 3479]

describe('the STUN servers that a page is told', () => {
  it('are at the host that the page came from', () => {
    expect(ownStunServers(PORTS, PAGE, [])).toEqual(['stun:quire.example:3478', 'stun:quire.example:3479'])
    expect(ownStunServers([9], { ...PAGE, name: 'fe80::1' }, [])).toEqual(['stun:[fe80::1]:9'])
    expect(ownStunServers([9], { ...PAGE, name: 'localhost' }, [])).toEqual(['stun:127.0.0.1:9'])
  })

  it('are at announced addresses where there are some, each once and at most two', () => {
    const names = ['/dns4/k.example/tcp/443/tls/ws', '/dns6/k.example/tcp/443/tls/ws']
    const ips = ['/ip4/203.0.113.7/tcp/9411', '/ip6/2001:db8::7/tcp/9411', '/ip4/203.0.113.8/tcp/9411']

    expect(ownStunServers([9], PAGE, names)).toEqual(['stun:k.example:9'])
    expect(ownStunServers([9], PAGE, [...names, ...ips])).toEqual(['stun:203.0.113.7:9', 'stun:[2001:db8::7]:9'])
  })

  it('are none where the keeper runs none', () => {
    expect(ownStunServers([], PAGE, [])).toEqual([])
  })
})

describe('the TURN servers that a page is told', () => {
  const url = 'turn:turn.example:3478'

  it('have their fixed credentials, or some that the server can check and that end', () => {
    const credentials = { username: 'anna', credential: 'secret' }
    const [fixed, made] = turnServers([{ url, credentials }, { url }], 'shared', 1_000_000)

    expect(fixed).toEqual({ url, ...credentials })
    expect(made?.username).toBe(`${1000 + 7 * 86_400}:quire`)
    expect(made?.credential).toBe(
      createHmac('sha1', 'shared')
        .update(`${1000 + 7 * 86_400}:quire`)
        .digest('base64'),
    )
  })

  it('are left out without any credentials', () => {
    expect(turnServers([{ url }], undefined, 0)).toEqual([])
  })
})

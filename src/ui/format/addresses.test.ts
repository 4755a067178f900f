import { describe, expect, it } from 'vitest'
import { hostOf, withHosts, wordsOfAddress } from './addresses.ts'

describe('hostOf', () => {
  it.each([
    ['/dns4/keeper.example.org/tcp/443/tls/ws/p2p/16Uiu2HAm', 'keeper.example.org'],
    ['/ip4/127.0.0.1/tcp/9410/ws/p2p/16Uiu2HAm', '127.0.0.1:9410'],
    ['/ip6/2001:db8::7/udp/9411/quic-v1', '[2001:db8::7]:9411'],
    ['/dns/keeper.example.org', 'keeper.example.org'],
    ['/p2p/16Uiu2HAm', '/p2p/16Uiu2HAm'],
    ['', ''],
  ])('reads %s as %s', (address, host) => {
    expect(hostOf(address)).toBe(host)
  })
})

describe('withHosts', () => {
  it('leaves of each address in a sentence its host', () => {
    const sentence = 'The keeper at /dns4/a.example.org/tcp/443/tls/ws/p2p/16Uiu2HAm cannot be reached.'
    expect(withHosts(sentence)).toBe('The keeper at a.example.org cannot be reached.')
    expect(withHosts('Neither /ip4/10.0.0.1/tcp/1 nor /ip4/10.0.0.2/tcp/2')).toBe('Neither 10.0.0.1:1 nor 10.0.0.2:2')
  })

  it('leaves other slashes as they are', () => {
    expect(withHosts('and/or /home/ip4 at 3 MB/s')).toBe('and/or /home/ip4 at 3 MB/s')
  })
})

describe('wordsOfAddress', () => {
  it('tells WebRTC, a relay and a plain address apart', () => {
    const keeper = '/dns4/keeper.example.org/tcp/443/tls/ws/p2p/16Uiu2HAm'
    expect(wordsOfAddress(`${keeper}/p2p-circuit/webrtc/p2p/16Uiu2HAk`)).toBe(
      'WebRTC, introduced by keeper.example.org',
    )
    expect(wordsOfAddress(`${keeper}/p2p-circuit/p2p/16Uiu2HAk`)).toBe('Relayed by keeper.example.org')
    expect(wordsOfAddress(keeper)).toBe('keeper.example.org')
  })
})

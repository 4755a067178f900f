import { describe, expect, it } from 'vitest'
import { type Gathered, type NatKind, natOf } from './nat-kind.ts'

const HIDDEN_HOST = 'candidate:11 1 udp 2113937151 4f1c.local 50000 typ host generation 0 network-id 1'
const HOST = 'candidate:11 1 udp 2113937151 192.168.1.7 50000 typ host generation 0 network-id 1'
const TCP = 'candidate:12 1 tcp 1518280447 192.168.1.7 9 typ host tcptype active'

function kindOf(gathered: Gathered): NatKind {
  return natOf(gathered).kind
}

/** What a STUN server saw, as Chromium writes it with the socket’s own address hidden. */
function mapped(address: string, port: number, { foundation = '21', network = 1 } = {}): string {
  return `candidate:${foundation} 1 udp 1677729535 ${address} ${port} typ srflx raddr 0.0.0.0 rport 0 generation 0 network-id ${network} network-cost 10`
}

describe('natOf', () => {
  it.each([
    ['one mapping, from every server', [HIDDEN_HOST, mapped('203.0.113.5', 41_000)], 'cone'],
    [
      'another port for each server',
      [HIDDEN_HOST, mapped('203.0.113.5', 41_000), mapped('203.0.113.5', 41_001)],
      'symmetric',
    ],
    [
      'another address for each server',
      [HIDDEN_HOST, mapped('203.0.113.5', 41_000), mapped('203.0.113.6', 41_000)],
      'symmetric',
    ],
    ['its own address', [HOST, mapped('192.168.1.7', 50_000)], 'none'],
    ['nothing but the socket’s own address, as servers answered with it', [HOST, TCP], 'none'],
    ['its own hidden address of IPv6, with the port kept', [HIDDEN_HOST, mapped('2001:db8::7', 50_000)], 'none'],
    ['a port that was kept, of IPv4', [HIDDEN_HOST, mapped('203.0.113.5', 50_000)], 'cone'],
    ['no network', [], 'unknown'],
  ] satisfies [string, string[], NatKind][])('finds %s: %s', (_what, candidates, kind) => {
    expect(kindOf({ candidates, isUnanswered: false })).toBe(kind)
  })

  it('takes two networks, or two address families, for two sockets', () => {
    const twoNetworks = [mapped('203.0.113.5', 1), mapped('203.0.113.5', 2, { network: 2 })]
    const twoSockets = [mapped('203.0.113.5', 1), mapped('203.0.113.5', 2, { foundation: '22' })]
    const twoFamilies = [mapped('203.0.113.5', 1), mapped('2001:db8::1', 2)]

    for (const candidates of [twoNetworks, twoSockets, twoFamilies]) {
      expect(kindOf({ candidates: [HIDDEN_HOST, ...candidates], isUnanswered: false })).toBe('cone')
    }
  })

  it('says that UDP is blocked where no server answers, and not where one of two does', () => {
    expect(kindOf({ candidates: [HIDDEN_HOST, TCP], isUnanswered: true })).toBe('udp-blocked')
    expect(kindOf({ candidates: [HIDDEN_HOST, mapped('203.0.113.5', 1)], isUnanswered: true })).toBe('cone')
  })

  it('has no opinion about garbage', () => {
    expect(kindOf({ candidates: ['', 'candidate:', 'a=candidate:1 1 udp', 'nonsense'], isUnanswered: false })).toBe(
      'unknown',
    )
  })

  it('tells the versions of IP under which it was seen', () => {
    const familiesOf = (...candidates: readonly string[]) => natOf({ candidates, isUnanswered: false }).families

    expect(familiesOf(HIDDEN_HOST, mapped('2001:db8::7', 50_000), mapped('203.0.113.5', 1))).toEqual([4, 6])
    expect(familiesOf(HIDDEN_HOST, mapped('2001:db8::7', 50_000))).toEqual([6])
    expect(familiesOf(HOST, TCP)).toEqual([4])
    expect(familiesOf()).toEqual([])
    expect(natOf({ candidates: [HOST], isUnanswered: true }).families).toEqual([])
  })
})

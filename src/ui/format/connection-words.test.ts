import { describe, expect, it } from 'vitest'
import type { WhyRelayed } from '../../rpc/connectivity.ts'
import { BROWSER, KEEPER, RELAYED, statusOf } from '../testing/scenario-parts.ts'
import { nameOfRelay, noteOfPath, wordsOfConnection, wordsOfNat } from './connection-words.ts'

const { relays } = statusOf({ state: 'reachable', relays: 1 }, [KEEPER])

describe('the words of a connection', () => {
  it('name the transport, and the relay where there is one', () => {
    expect(wordsOfConnection({ ...BROWSER, path: { kind: 'direct' } }, relays)).toBe('WebRTC, direct')
    expect(wordsOfConnection(RELAYED, relays)).toBe('Relay, through keeper.example.org')
  })

  it('name a relay that is none of this node’s by the end of its id, and one that is not known not at all', () => {
    const through = (relay: string) =>
      wordsOfConnection({ ...RELAYED, path: { kind: 'relayed', relay, why: 'trying' } }, relays)
    expect(through('16Uiu2HAmForeign')).toBe('Relay, through the relay …oreign')
    expect(through('')).toBe('Relay, through a keeper')
  })

  it.each<WhyRelayed>([
    'trying',
    'no-webrtc',
    'udp-blocked',
    'udp-blocked-there',
    'no-common-ip',
    'symmetric-nat',
    'symmetric-nat-one-side',
    'not-dialable',
    'failed',
  ])('say why it is not direct: %s', (why) => {
    expect(noteOfPath({ path: { kind: 'relayed', relay: '', why } })).toMatch(/^Not direct: \w.*[^.]$/)
  })

  it('say of a direct one only whether routers were punched through', () => {
    expect(noteOfPath({ path: { kind: 'direct' } })).toBeUndefined()
    expect(noteOfPath(BROWSER)).toBe('Punched through what routers stand between')
  })

  it('say of one through a TURN server that somebody carries it', () => {
    expect(wordsOfConnection({ ...BROWSER, path: { kind: 'turn' } }, relays)).toBe('WebRTC, through a TURN server')
    expect(noteOfPath({ path: { kind: 'turn' } })).toBe('No straight way was found')
  })

  it('call a relay by its host, and without one by the end of its id', () => {
    expect(nameOfRelay({ address: '/ip4/192.0.2.1/tcp/9410/ws' })).toBe('192.0.2.1:9410')
    expect(nameOfRelay({ address: '/p2p/16Uiu2HAmForeign', peer: '16Uiu2HAmForeign' })).toBe('…oreign')
    expect(nameOfRelay({ address: '/p2p-circuit' })).toBe('a keeper')
  })

  it('give advice for the networks that stand in the way, and for no others', () => {
    const kinds = ['none', 'cone', 'symmetric', 'udp-blocked', 'unknown'] as const
    expect(kinds.filter((kind) => wordsOfNat({ kind, families: [4] }).advice !== undefined)).toEqual([
      'symmetric',
      'udp-blocked',
    ])
  })
})

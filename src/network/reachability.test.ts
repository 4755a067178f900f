import { describe, expect, it } from 'vitest'
import { QuireError } from '../errors.ts'
import type { KeeperState } from './keeper-state.ts'
import { type Nat, UNKNOWN_NAT } from './nat-kind.ts'
import { type ReachabilityInputs, reachabilityOf, whyRelayed, type WhyRelayedInputs } from './reachability.ts'
import type { WhyRelayed } from './peer-path.ts'

const error = new QuireError('ERR_KEEPER_UNREACHABLE', 'Nobody answers.')
const DOWN: KeeperState = { state: 'down', error, nextTryAtMs: 2_000 }
const DOWN_SOONER: KeeperState = { state: 'down', error, nextTryAtMs: 1_000 }
const REFUSED: KeeperState = { state: 'refused', isFull: false, error, nextTryAtMs: 1_000 }
const FULL: KeeperState = { ...REFUSED, isFull: true }
const FIRST_TRY: KeeperState = { state: 'connecting' }
const NEXT_TRY: KeeperState = { state: 'connecting', error }

function inBrowser(keepers: readonly KeeperState[], init: Partial<ReachabilityInputs> = {}) {
  return reachabilityOf({ isOnline: true, reachableBy: 'webrtc', socketCount: 0, keepers, ...init })
}

describe('reachabilityOf', () => {
  it.each([
    ['the first try runs', [FIRST_TRY], { state: 'starting' }],
    ['one of two was not tried to its end', [DOWN, FIRST_TRY], { state: 'starting' }],
    ['every keeper is down', [DOWN, DOWN_SOONER], { state: 'no-keeper', error, nextTryAtMs: 1_000 }],
    ['a keeper that was down is tried', [NEXT_TRY], { state: 'no-keeper', error, nextTryAtMs: undefined }],
    ['a relay is asked', [{ state: 'reserving' }, DOWN], { state: 'not-reachable', reason: 'waiting-for-relay' }],
    ['the relay refuses', [REFUSED, DOWN], { state: 'not-reachable', reason: 'relay-refused' }],
    ['one of the relays is full', [REFUSED, FULL], { state: 'not-reachable', reason: 'relay-full' }],
    ['one keeper of two holds', [{ state: 'reserved' }, DOWN], { state: 'reachable', relays: 1 }],
    ['both keepers hold', [{ state: 'reserved' }, { state: 'reserved' }], { state: 'reachable', relays: 2 }],
    ['there is none', [], { state: 'not-reachable', reason: 'waiting-for-relay' }],
  ] satisfies [string, KeeperState[], unknown][])('in a browser, when %s', (_when, keepers, expected) => {
    expect(inBrowser(keepers)).toEqual(expected)
  })

  it('says that the device is offline, whatever the keepers’ states were', () => {
    expect(inBrowser([{ state: 'reserved' }], { isOnline: false })).toEqual({ state: 'offline' })
  })

  it('says that a browser without WebRTC cannot be reached, though it has a reservation', () => {
    const reachability = inBrowser([{ state: 'reserved' }], { reachableBy: 'none' })

    expect(reachability).toEqual({ state: 'not-reachable', reason: 'no-webrtc' })
  })

  it('calls a node reachable that listens, keepers or not', () => {
    expect(inBrowser([DOWN], { reachableBy: 'sockets', socketCount: 1 })).toEqual({ state: 'reachable', relays: 0 })
  })
})

const CONE: Nat = { kind: 'cone', families: [4] }
const SYMMETRIC: Nat = { kind: 'symmetric', families: [4] }
const BLOCKED: Nat = { kind: 'udp-blocked', families: [] }
const TRIED: WhyRelayedInputs = {
  reachableBy: 'webrtc',
  canUpgrade: true,
  hasFailed: true,
  ownNat: CONE,
  peerNat: CONE,
}

describe('whyRelayed', () => {
  it.each([
    ['no try has failed yet', { hasFailed: false }, 'trying'],
    ['this browser has no WebRTC', { reachableBy: 'none' }, 'no-webrtc'],
    ['the peer has none', { canUpgrade: false }, 'not-dialable'],
    ['no UDP leaves this network, before any try has ended', { ownNat: BLOCKED, hasFailed: false }, 'udp-blocked'],
    ['none leaves theirs', { peerNat: BLOCKED }, 'udp-blocked-there'],
    ['both sides are behind symmetric NATs', { ownNat: SYMMETRIC, peerNat: SYMMETRIC }, 'symmetric-nat'],
    ['this side is, and the other one behind a NAT, too', { ownNat: SYMMETRIC }, 'symmetric-nat-one-side'],
    ['the other side is', { peerNat: SYMMETRIC }, 'symmetric-nat-one-side'],
    ['one side is, and nothing is known of the other one', { ownNat: SYMMETRIC, peerNat: UNKNOWN_NAT }, 'failed'],
    ['they have no version of IP in common', { ownNat: { kind: 'none', families: [6] } }, 'no-common-ip'],
    ['they have one in common', { ownNat: { kind: 'none', families: [4, 6] } }, 'failed'],
    ['nothing speaks against it', {}, 'failed'],
  ] satisfies [string, Partial<WhyRelayedInputs>, WhyRelayed][])('says why when %s', (_when, inputs, why) => {
    expect(whyRelayed({ ...TRIED, ...inputs })).toBe(why)
  })
})

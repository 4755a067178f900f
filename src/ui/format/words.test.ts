import { describe, expect, it } from 'vitest'
import type { TransferPhase } from '../../rpc/api.ts'
import { isRunning, sentenceOfDataset, sentenceOfError, sentenceOfReachability, sentenceOfTransfer } from './words.ts'

const error = {
  code: 'ERR_KEEPER_UNREACHABLE',
  message: 'The keeper does not answer.',
  advice: 'Quire keeps trying.',
  details: {},
  causes: [],
} as const
const fetching = (phase: TransferPhase) => sentenceOfTransfer({ kind: 'fetch', phase }).text

describe('sentenceOfTransfer', () => {
  it('counts the peers that were asked', () => {
    expect(fetching({ state: 'looking', askedPeers: 3 })).toBe('Looking for someone who has this file (3 peers asked)')
    expect(fetching({ state: 'looking', askedPeers: 1 })).toBe('Looking for someone who has this file (1 peer asked)')
  })

  it('counts the devices that it is connected to and fetches from', () => {
    expect(fetching({ state: 'connected', peers: 2 })).toBe('Connected to 2 devices')
    expect(fetching({ state: 'moving', peers: 1 })).toBe('Fetching from 1 device')
  })

  it('says what comes through a keeper, and why', () => {
    const moving = (peers: number, relayedPeers: number) =>
      fetching({ state: 'moving', peers, relayed: { peers: relayedPeers, why: 'udp-blocked' } })
    expect(moving(1, 1)).toBe('Fetching from 1 device, through the keeper, slowly: this network lets no UDP out')
    expect(moving(3, 1)).toBe(
      'Fetching from 3 devices, 1 of them through the keeper, slowly: this network lets no UDP out',
    )
    expect(moving(3, 0)).toBe('Fetching from 3 devices')
  })

  it('says what it waits for, in amber, and that it goes on by itself', () => {
    for (const reason of ['no-peer', 'keeper-down', 'no-holder'] as const) {
      const { text, tone } = sentenceOfTransfer({ kind: 'fetch', phase: { state: 'waiting', reason } })
      expect(text).toMatch(/^Waiting: .* by itself/)
      expect(tone).toBe('waiting')
    }
  })

  it('says that the device is offline, and that the transfer goes on by itself', () => {
    expect(fetching({ state: 'waiting', reason: 'offline' })).toBe(
      'You are offline. The transfer goes on when the connection is back.',
    )
  })

  it('says of what is paused what was kept', () => {
    expect(fetching({ state: 'paused' })).toBe('Paused. What arrived is kept.')
  })

  it('says from where an interrupted transfer goes on', () => {
    const phase = { state: 'moving', peers: 1 } as const
    const going = (kind: 'upload' | 'fetch') => sentenceOfTransfer({ kind, phase, continuedFromBytes: 45_000_000 }).text
    expect(going('fetch')).toBe('Fetching from 1 device, going on from 45.0 MB')
    expect(going('upload')).toBe('Adding to this device, going on from 45.0 MB')
  })

  it('says how much of what is already here was read again and compared', () => {
    const phase = { state: 'checking', checkedBytes: 9_000_000 } as const
    const { text } = sentenceOfTransfer({ kind: 'upload', phase, continuedFromBytes: 45_000_000 })
    expect(text).toBe('Checking what is already here, 20 %')
  })

  it('says after a stop what was kept', () => {
    const stopped = (kind: 'upload' | 'fetch' | 'save') =>
      sentenceOfTransfer({ kind, phase: { state: 'cancelled' } }).text
    expect(stopped('upload')).toBe('Stopped. Nothing of it was kept.')
    expect(stopped('fetch')).toBe('Stopped. What arrived is kept.')
    expect(stopped('save')).toBe('Stopped. The file is still here in Quire.')
  })

  it('gives a failure its own message', () => {
    expect(sentenceOfTransfer({ kind: 'save', phase: { state: 'failed', error } })).toEqual({
      text: error.message,
      tone: 'failed',
    })
  })
})

describe('sentenceOfError', () => {
  const full = { code: 'ERR_STORE_FULL', message: 'This does not fit.' } as const

  it('writes sizes as they are written elsewhere', () => {
    const details = { neededBytes: 12_884_901_888, freeBytes: 10_737_400_000 }
    expect(sentenceOfError({ ...full, details })).toBe('This needs 12.9 GB, and 10.7 GB are free.')
  })

  it('keeps the message where the sizes are not known or deny that there is no room', () => {
    const message = 'The browser has no more room for this site.'
    expect(sentenceOfError({ ...full, message, details: { freeBytes: 7 } })).toBe(message)
    expect(sentenceOfError({ ...full, message, details: { neededBytes: 7, freeBytes: 8 } })).toBe(message)
  })

  it('names a keeper by its host', () => {
    const message = 'The keeper at /dns4/keeper.example.org/tcp/443/tls/ws cannot be reached.'
    const error = { code: 'ERR_KEEPER_UNREACHABLE', message, details: {} } as const
    expect(sentenceOfError(error)).toBe('The keeper at keeper.example.org cannot be reached.')
  })
})

describe('isRunning', () => {
  it('holds until a transfer has ended', () => {
    expect(isRunning({ phase: { state: 'waiting', reason: 'no-peer' } })).toBe(true)
    expect(isRunning({ phase: { state: 'done' } })).toBe(false)
    expect(isRunning({ phase: { state: 'cancelled' } })).toBe(false)
    expect(isRunning({ phase: { state: 'failed', error } })).toBe(false)
  })
})

describe('sentenceOfDataset', () => {
  const dataset = {
    cid: 'zDv',
    treeCid: 'zDz',
    sizeBytes: 1,
    blockSizeBytes: 65536,
    origin: 'fetch',
    addedAtMs: 0,
    isAnnounced: true,
    isPinned: false,
    lastUsedAtMs: 0,
  } as const

  it('counts the blocks of a part', () => {
    expect(sentenceOfDataset({ ...dataset, blockCount: 120, haveCount: 34, isComplete: false }).text).toBe(
      '34 of 120 blocks here',
    )
  })

  it('is green only for what is complete', () => {
    expect(sentenceOfDataset({ ...dataset, blockCount: 120, haveCount: 120, isComplete: true }).tone).toBe('verified')
    expect(sentenceOfDataset({ ...dataset, blockCount: 120, haveCount: 119, isComplete: false }).tone).toBe('plain')
    expect(sentenceOfDataset({ ...dataset, blockCount: 120, haveCount: 0, isComplete: false }).text).toBe(
      'Not fetched yet',
    )
  })
})

describe('sentenceOfReachability', () => {
  it('names the keepers through which one is found', () => {
    expect(sentenceOfReachability({ state: 'reachable', relays: 2 }).text).toMatch(/, through 2 keepers$/)
  })

  it('gives the reason and the advice of a keeper that is down', () => {
    const { reason } = sentenceOfReachability({ state: 'no-keeper', error })
    expect(reason).toBe('The keeper does not answer. Quire keeps trying.')
  })

  it('has a reason for every state', () => {
    for (const reason of ['relay-full', 'relay-refused', 'no-webrtc', 'waiting-for-relay'] as const) {
      expect(sentenceOfReachability({ state: 'not-reachable', reason }).reason).toMatch(/\.$/)
    }
  })
})

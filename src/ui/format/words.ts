/** The sentences that say how a transfer, a dataset and the network stand. */
import type { DatasetView, ErrorView, Reachability, TransferView } from '../../rpc/api.ts'
import type { RelayedView } from '../../rpc/connectivity.ts'
import { withHosts } from './addresses.ts'
import { countOf, formatBytes, formatCount, percentOf } from './bytes.ts'
import { clauseOfWhy } from './connection-words.ts'

/** `waiting` is shown in amber, `failed` with its error, the others in ink. */
export type Tone = 'plain' | 'waiting' | 'failed' | 'verified'

export interface Sentence {
  readonly text: string
  readonly tone: Tone
}

type Moving = Extract<TransferView['phase'], { state: 'moving' }>
type TransferWords = Pick<TransferView, 'kind' | 'phase' | 'continuedFromBytes'>

/** What a transfer does now, as one sentence. */
export function sentenceOfTransfer({ kind, phase, continuedFromBytes }: TransferWords): Sentence {
  switch (phase.state) {
    case 'preparing':
      return plain(kind === 'upload' ? 'Reading the file' : 'Getting ready')
    case 'looking':
      return plain(`Looking for someone who has this file (${countOf(phase.askedPeers, 'peer')} asked)`)
    case 'connected':
      return plain(`Connected to ${countOf(phase.peers, 'device')}`)
    case 'checking':
      return plain(`Checking what is already here${percentWords(phase.checkedBytes, continuedFromBytes)}`)
    case 'moving':
      return plain(movingWords(kind, phase) + continuedWords(continuedFromBytes))
    case 'waiting':
      return { text: WAITING_WORDS[phase.reason], tone: 'waiting' }
    case 'paused':
      return plain(PAUSED_WORDS[kind])
    case 'done':
      return plain(DONE_WORDS[kind])
    case 'cancelled':
      return plain(CANCELLED_WORDS[kind])
    case 'failed':
      return { text: phase.error.message, tone: 'failed' }
  }
}

/** True until the transfer has ended, also while it waits or is paused. */
export function isRunning({ phase }: Pick<TransferView, 'phase'>): boolean {
  return phase.state !== 'done' && phase.state !== 'cancelled' && phase.state !== 'failed'
}

/** What happened, with sizes and hosts as the page writes them everywhere. */
export function sentenceOfError({ code, message, details }: Pick<ErrorView, 'code' | 'message' | 'details'>): string {
  const { neededBytes, freeBytes } = details
  const hasSizes = code === 'ERR_STORE_FULL' && typeof neededBytes === 'number' && typeof freeBytes === 'number'
  // A disk that filled earlier than the browser said is told without numbers: they would deny it.
  if (!hasSizes || neededBytes <= freeBytes) return withHosts(message)
  return `This needs ${formatBytes(neededBytes)}, and ${formatBytes(freeBytes)} are free.`
}

/** How much of a dataset is here: “34 of 120 blocks here”; while `transfer` brings the rest, “Fetching, 28 %”. */
export function sentenceOfDataset(dataset: DatasetView, transfer?: TransferView): Sentence {
  const { isComplete, haveCount, blockCount } = dataset
  if (!isComplete && transfer !== undefined && transfer.kind === 'fetch' && isRunning(transfer)) {
    const verb = transfer.phase.state === 'paused' ? 'Paused' : 'Fetching'
    const text = verb + percentWords(transfer.doneBytes, transfer.totalBytes)
    return transfer.phase.state === 'waiting' ? { text: 'Waiting', tone: 'waiting' } : plain(text)
  }
  if (isComplete) return { text: 'Complete', tone: 'verified' }
  if (haveCount === 0) return plain('Not fetched yet')
  return plain(`${formatCount(haveCount)} of ${countOf(blockCount, 'block')} here`)
}

export interface ReachabilityWords extends Sentence {
  /** Why it is so and what one can do, in a sentence or two. */
  readonly reason: string
}

/** Whether other devices can reach this one, and why. */
export function sentenceOfReachability(reachability: Reachability): ReachabilityWords {
  switch (reachability.state) {
    case 'starting':
      return { text: 'Starting', tone: 'waiting', reason: 'The node is opening its storage and looking for a keeper.' }
    case 'offline':
      return {
        text: 'This device is offline',
        tone: 'waiting',
        reason:
          'Files that are here can be saved. Sharing and fetching continue by themselves when the connection is back.',
      }
    case 'no-keeper':
      return {
        text: 'No keeper answers, so others cannot reach this browser',
        tone: 'waiting',
        reason: `${sentenceOfError(reachability.error)} ${reachability.error.advice}`,
      }
    case 'not-reachable':
      return NOT_REACHABLE_WORDS[reachability.reason]
    case 'reachable':
      return {
        text: `Others can reach this browser, through ${countOf(reachability.relays, 'keeper')}`,
        tone: 'plain',
        reason:
          'A keeper tells others where this browser is; files go straight from device to device where the networks allow it. It lasts as long as this page is open.',
      }
  }
}

const WAITING_WORDS = {
  offline: 'You are offline. The transfer goes on when the connection is back.',
  'no-peer': 'Waiting: no other device is online. It continues by itself when one that has the file comes back.',
  'keeper-down': 'Waiting: the keeper cannot be reached. It continues by itself when it answers again.',
  'no-holder': 'Waiting: nobody who is online has this file. It continues by itself when one who has it comes back.',
} as const

const PAUSED_WORDS = {
  upload: 'Paused. What was added so far is kept.',
  fetch: 'Paused. What arrived is kept.',
  save: 'Paused.',
} as const

const DONE_WORDS = {
  upload: 'Added. Its link is ready.',
  fetch: 'Fetched, every block verified.',
  save: 'Saved to this device.',
} as const

const CANCELLED_WORDS = {
  upload: 'Stopped. Nothing of it was kept.',
  fetch: 'Stopped. What arrived is kept.',
  save: 'Stopped. The file is still here in Quire.',
} as const

const NOT_REACHABLE_WORDS = {
  'waiting-for-relay': {
    text: 'Others cannot reach this browser yet',
    tone: 'waiting',
    reason: 'The keeper was asked for a place under which others can find this browser. This takes a few seconds.',
  },
  'relay-full': {
    text: 'Others cannot reach this browser',
    tone: 'waiting',
    reason: 'The keeper has no free place now; it is asked again by itself. Fetching works all the same.',
  },
  'relay-refused': {
    text: 'Others cannot reach this browser',
    tone: 'waiting',
    reason: 'The keeper keeps no places for browsers; it is asked again by itself. Fetching works all the same.',
  },
  'no-webrtc': {
    text: 'Others cannot reach this browser',
    tone: 'waiting',
    reason:
      'This browser has no WebRTC, or it is switched off for this site. Fetching from keepers works all the same.',
  },
} as const satisfies Record<string, ReachabilityWords>

function plain(text: string): Sentence {
  return { text, tone: 'plain' }
}

function percentWords(doneBytes: number, totalBytes: number | undefined): string {
  const percent = percentOf(doneBytes, totalBytes)
  return percent === undefined ? '' : `, ${percent} %`
}

function continuedWords(continuedFromBytes: number | undefined): string {
  return continuedFromBytes === undefined ? '' : `, going on from ${formatBytes(continuedFromBytes)}`
}

function movingWords(kind: TransferView['kind'], { peers, relayed }: Moving): string {
  if (kind === 'upload') return 'Adding to this device'
  if (kind === 'save') return 'Saving'
  return (peers === 0 ? 'Fetching' : `Fetching from ${countOf(peers, 'device')}`) + relayedWords(relayed, peers)
}

function relayedWords(relayed: RelayedView | undefined, peers: number): string {
  if (relayed === undefined || relayed.peers === 0) return ''
  const which = relayed.peers >= peers ? '' : `${formatCount(relayed.peers)} of them `
  return `, ${which}through the keeper, slowly: ${clauseOfWhy(relayed.why)}`
}

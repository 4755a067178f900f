import type { NodeStatus, PeerView } from '../../rpc/api.ts'
import type { RelayView, SelfTestView } from '../../rpc/connectivity.ts'
import { withHosts } from '../format/addresses.ts'
import { formatRate } from '../format/bytes.ts'
import { titleOfCheck, wordOfState, wordsOfCheck } from '../format/check-words.ts'
import {
  nameOfRelay,
  noteOfPath,
  shortPeer,
  wordsOfConnection,
  wordsOfNat,
  wordsOfRelay,
} from '../format/connection-words.ts'
import { displayName } from '../format/names.ts'
import { formatRoundTrip } from '../format/time.ts'
import { sentenceOfReachability } from '../format/words.ts'

export interface ReportParts {
  readonly status: NodeStatus
  readonly selfTest: SelfTestView | undefined
  /** `NodeApi.debugInfo`. */
  readonly nodeInfo: string
  readonly nowMs: number
}

/** What the report holds and what it leaves out, as the page says it and as the report itself does. */
export const REPORT_CONTENTS =
  'It says how this browser is connected, what the test found, and which version runs where. It names keepers and this browser’s own peer id. It holds no content, no file names, no keys and no addresses of other people: of their peer ids the last six characters.'

/** All about the connection as plain text, for a person who helps. */
export function reportOf({ status, selfTest, nodeInfo, nowMs }: ReportParts): string {
  const { text, reason } = sentenceOfReachability(status.reachability)
  const sections = [
    [`Quire ${status.version}: report on the connection`, new Date(nowMs).toISOString(), REPORT_CONTENTS],
    ['Reachability', `${text}. ${reason}`, wordsOfNat(status.nat).text],
    ['Keepers', ...listed(status.relays.map(lineOfRelay))],
    ['Peers', ...listed(status.peers.map((peer) => lineOfPeer(peer, status.relays)))],
    ['Test', ...listed(linesOfTest(selfTest), 'not run')],
    ['From the node', nodeInfo],
  ]
  return sections.map((lines) => lines.join('\n')).join('\n\n')
}

function listed(lines: readonly string[], none = 'none'): string[] {
  return lines.length === 0 ? [none] : lines.map((line) => `- ${line}`)
}

function lineOfRelay(relay: RelayView): string {
  return [
    nameOfRelay(relay),
    wordsOfRelay(relay),
    ...(relay.reason === undefined ? [] : [withHosts(relay.reason)]),
  ].join(', ')
}

function lineOfPeer(peer: PeerView, relays: readonly RelayView[]): string {
  const note = noteOfPath(peer)
  return [
    shortPeer(peer.peer),
    ...(peer.isKeeper ? ['keeper'] : []),
    wordsOfConnection(peer, relays),
    ...(note === undefined ? [] : [note]),
    `round trip ${formatRoundTrip(peer.rttMs)}`,
    `receives ${formatRate(peer.receivedBytesPerSecond)}`,
    `sends ${formatRate(peer.sentBytesPerSecond)}`,
    displayName(peer.agent ?? 'not introduced yet'),
  ].join(', ')
}

function linesOfTest(selfTest: SelfTestView | undefined): string[] {
  if (selfTest === undefined) return []
  const began = `begun ${new Date(selfTest.startedAtMs).toISOString()}, ${selfTest.state}`
  const checks = selfTest.checks.map((check) => {
    const took = check.tookMs === undefined ? '' : ` (${check.tookMs} ms)`
    const words = wordsOfCheck(check)
    return `${titleOfCheck(check.name)}: ${wordOfState(check.state)}${took}${words === undefined ? '' : `. ${words.text}`}`
  })
  return [began, ...checks]
}

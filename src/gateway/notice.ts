/** What is said in place of content: what happened, and what to do. */
import { ERROR_TABLE, isQuireError, QuireError } from '../errors.ts'
import type { ManifestView } from '../rpc/api.ts'

export interface Notice {
  readonly status: number
  readonly title: string
  readonly text: string
  readonly advice: string
  /** For a report. */
  readonly code?: string | undefined
  /** The page goes on by itself: once a node is there, or after some seconds. */
  readonly goesOn?: 'with-node' | 'soon' | undefined
}

export const METHOD_REFUSED: Notice = {
  status: 405,
  title: 'Only reading is possible here',
  text: 'This address gives the content of a file, and takes none.',
  advice: 'To share a file, open Quire and drop the file there.',
}

const NO_NODE: Notice = {
  status: 503,
  title: 'Quire is not open',
  text: 'Files come straight from other people’s devices, and for that a tab with Quire has to be open in this browser.',
  advice: 'Open Quire and leave its tab open. This page goes on by itself.',
  code: 'ERR_NODE_UNREACHABLE',
  goesOn: 'with-node',
}

const MUTE_NODE: Notice = {
  status: 503,
  title: 'Quire does not answer',
  text: 'A tab with Quire is open in this browser, but it does not answer.',
  advice: 'Look at that tab: it may be starting, or asleep. This page goes on by itself.',
  code: 'ERR_NODE_UNREACHABLE',
  goesOn: 'with-node',
}

const NOBODY_YET: Notice = {
  status: 504,
  title: 'Nobody who has this file has answered yet',
  text: 'Quire is looking for a device that has it and is online.',
  advice: 'Ask whoever shared it to open Quire on their device. This page tries again by itself.',
  code: 'ERR_NO_PEER_HAS_IT',
  goesOn: 'soon',
}

type Kind = Pick<Notice, 'status' | 'title'> & Partial<Notice>

/** Of those codes that have more to say than the table of errors. */
const KINDS: Partial<Record<keyof typeof ERROR_TABLE, Kind>> = {
  ERR_CID_INVALID: { status: 400, title: 'This address names no file' },
  ERR_CID_WRONG_KIND: { status: 400, title: 'This address names no file' },
  ERR_LINK_INVALID: { status: 400, title: 'This address names no file' },
  ERR_MANIFEST_NOT_FOUND: { status: 404, title: 'Nobody who is online has this file', goesOn: 'soon' },
  ERR_NO_PEER_HAS_IT: { status: 404, title: 'Nobody who is online has this file', goesOn: 'soon' },
  ERR_DATASET_NOT_FOUND: { status: 404, title: 'This file is not here' },
  ERR_MANIFEST_INVALID: { status: 502, title: 'This file cannot be read' },
  ERR_MANIFEST_UNSUPPORTED: { status: 502, title: 'This file cannot be read' },
  ERR_STORE_FULL: { status: 507, title: 'There is no room for this file' },
}

export function noticeOfError(error: unknown): Notice {
  if (isQuireError(error, 'ERR_NODE_UNREACHABLE')) return error.details['openPages'] === 0 ? NO_NODE : MUTE_NODE
  if (error instanceof DOMException && error.name === 'TimeoutError') return NOBODY_YET
  const known = isQuireError(error) ? error : new QuireError('ERR_UNKNOWN', 'Quire failed to answer.', { cause: error })
  const kind = KINDS[known.code] ?? { status: 500, title: 'This file could not be given' }
  return { text: known.message, advice: known.advice, code: known.code, ...kind }
}

export function noticeOfRange(reason: 'beyond-the-end' | 'several', { sizeBytes }: ManifestView): Notice {
  const text =
    reason === 'several'
      ? 'Several ranges of bytes were asked for at once.'
      : `The file has ${sizeBytes.toLocaleString('en-GB')} bytes, and none where bytes were asked for.`
  const advice = reason === 'several' ? 'Ask for one range at a time.' : ERROR_TABLE.ERR_RANGE_INVALID.advice
  return { status: 416, title: 'There are no such bytes', text, advice, code: 'ERR_RANGE_INVALID' }
}

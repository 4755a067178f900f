/**
 * Every failure that Quire can name: one table of codes, one class.
 *
 * `actor` says who can do something about it, `advice` is the sentence that a person reads under the message:
 * what is safe and what to do now. Codes are stable; they cross the worker boundary (`rpc/errors.ts`).
 */
export type ErrorActor = 'person' | 'sharer' | 'operator' | 'developer' | 'nobody'

interface ErrorEntry {
  readonly actor: ErrorActor
  readonly advice: string
}

export const ERROR_TABLE = {
  // Input that a person gave
  ERR_CID_INVALID: { actor: 'person', advice: 'Check that the whole link or CID was copied; a CID starts with “zDv”.' },
  ERR_CID_WRONG_KIND: {
    actor: 'person',
    advice: 'Ask for the link of the file, or for the CID that begins with “zDv”.',
  },
  ERR_LINK_INVALID: { actor: 'person', advice: 'Ask the person who shared it to copy the whole link again.' },
  ERR_EMPTY_FILE: { actor: 'person', advice: 'An empty file has no blocks, so it has no CID. Choose another file.' },
  ERR_FILE_UNREADABLE: {
    actor: 'person',
    advice: 'Nothing of it was stored. Check that the file is still there and not being changed, then choose it again.',
  },
  ERR_RANGE_INVALID: { actor: 'developer', advice: 'Ask for bytes between 0 and the size of the file.' },
  ERR_ARGUMENT_INVALID: { actor: 'developer', advice: 'The message says which value it was, and what is allowed.' },
  ERR_CONTENT_TOO_LARGE: {
    actor: 'developer',
    advice: 'Read it as a stream or in ranges, or allow more with “maxBytes”.',
  },
  ERR_OPTION_INVALID: { actor: 'person', advice: 'Run the command with --help to see what is allowed.' },

  // Bytes that do not decode (codec)
  ERR_MANIFEST_INVALID: { actor: 'sharer', advice: 'The dataset’s description is damaged. Ask for a new link.' },
  ERR_MANIFEST_UNSUPPORTED: {
    actor: 'developer',
    advice: 'This dataset was made by a version that Quire does not read. Ask the sharer to upload it again.',
  },
  ERR_FRAME_INVALID: { actor: 'nobody', advice: 'The peer was dropped; other peers are asked instead.' },
  ERR_FRAME_TOO_LARGE: { actor: 'nobody', advice: 'The peer was dropped; other peers are asked instead.' },
  ERR_MESSAGE_INVALID: { actor: 'nobody', advice: 'The peer was dropped; other peers are asked instead.' },

  // Content that does not match its address (merkle, exchange)
  ERR_BLOCK_HASH_MISMATCH: { actor: 'nobody', advice: 'The peer was dropped; the block is fetched from another.' },
  ERR_PROOF_INVALID: { actor: 'nobody', advice: 'The peer was dropped; the block is fetched from another.' },
  ERR_TREE_EMPTY: { actor: 'person', advice: 'An empty file has no blocks, so it has no CID. Choose another file.' },

  // Storage
  ERR_STORE_FULL: {
    actor: 'person',
    advice:
      'Nothing was lost. Delete or unpin files that you no longer need, or free space on this device, and try again.',
  },
  ERR_STORE_UNAVAILABLE: {
    actor: 'person',
    advice: 'The browser does not let this page store data. Leave private mode or allow storage for this site.',
  },
  ERR_STORE_FOLDER_UNUSABLE: { actor: 'operator', advice: 'Check that the folder can be written, or choose another.' },
  ERR_STORE_IN_USE: { actor: 'operator', advice: 'Stop the other program that uses this folder, or choose another.' },
  ERR_STORE_FAILED: { actor: 'person', advice: 'What was verified is safe. Reload the page and try again.' },
  ERR_DATASET_NOT_FOUND: { actor: 'person', advice: 'It is not on this device. Open its link to fetch it.' },
  ERR_BLOCK_NOT_FOUND: { actor: 'person', advice: 'Part of it is not on this device. Fetch it first.' },

  ERR_BACKUP_INVALID: {
    actor: 'person',
    advice: 'Nothing was lost. Choose a file that “Make a backup” in Quire’s settings saved, whole and unchanged.',
  },

  // Network and exchange
  ERR_PEER_NOT_CONNECTED: { actor: 'nobody', advice: 'Other peers are asked instead.' },
  ERR_PEER_TIMEOUT: { actor: 'nobody', advice: 'Other peers are asked instead.' },
  ERR_MANIFEST_NOT_FOUND: {
    actor: 'sharer',
    advice: 'Ask the person who shared it to open Quire on their device, then try again.',
  },
  ERR_NO_PEER_HAS_IT: {
    actor: 'sharer',
    advice: 'Ask the person who shared it to open Quire on their device; what arrived so far is kept.',
  },
  ERR_KEEPER_UNREACHABLE: {
    actor: 'operator',
    advice: 'Check this device’s connection and that the keeper runs; Quire keeps trying.',
  },
  ERR_DIAL_FAILED: {
    actor: 'sharer',
    advice: 'The other device may be offline. Ask its owner to open Quire, then try again.',
  },
  ERR_PEER_KEY_INVALID: {
    actor: 'operator',
    advice: 'Restore the key from a backup, or remove it: a new key is a new identity, so old links stop working.',
  },
  ERR_WEBRTC_UNAVAILABLE: { actor: 'person', advice: 'Use a browser with WebRTC, or allow it for this site.' },
  ERR_WEBRTC_BUDGET_SPENT: {
    actor: 'person',
    advice: 'Wait a minute and try again; if it stays, open Quire in a new tab and close this one.',
  },

  // Communities
  ERR_COMMUNITY_LINK_INVALID: {
    actor: 'person',
    advice: 'Ask for the community’s link again; it has an id that begins with “0x02” or “0x03”.',
  },
  ERR_COMMUNITY_NOT_FOUND: { actor: 'person', advice: 'This device does not follow it. Open its link first.' },
  ERR_NOT_OWNER: { actor: 'person', advice: 'Only who holds the community’s key can do this. Import the key first.' },
  ERR_KEY_LOCKED: { actor: 'person', advice: 'Give the passphrase of this key and try again.' },
  ERR_KEY_FILE_INVALID: { actor: 'person', advice: 'Choose the text file that Quire saved the key to, unchanged.' },
  ERR_GROUP_KEY_INVALID: {
    actor: 'person',
    advice: 'Ask the owner or a member of this community for its keys, and paste their whole text, unchanged.',
  },
  ERR_PASSPHRASE_WRONG: { actor: 'person', advice: 'Nothing was changed. Check the passphrase and try again.' },
  ERR_NO_PERSON: { actor: 'person', advice: 'Choose a name to write under first.' },
  ERR_MESSAGE_TOO_LONG: { actor: 'person', advice: 'A message has at most 4,096 characters. Shorten it, or send two.' },
  ERR_MESSAGE_NOT_FOUND: { actor: 'person', advice: 'It is not on this device, or was deleted.' },
  ERR_IMPORT_UNKNOWN: {
    actor: 'person',
    advice: 'Quire reads DiscordChatExporter JSON, Slack export ZIPs, Telegram Desktop JSON, mbox and JSON lines.',
  },
  ERR_IMPORT_INVALID: { actor: 'person', advice: 'Nothing was published. Make the export again, then choose it here.' },
  ERR_SIGNATURE_INVALID: { actor: 'nobody', advice: 'It is not shown: its signature does not fit.' },
  ERR_LINK_OLD: { actor: 'nobody', advice: 'A newer link is known; that one is used.' },
  ERR_ENVELOPE_INVALID: { actor: 'nobody', advice: 'It is not shown; other messages are not touched by it.' },
  ERR_ARCHIVE_INVALID: {
    actor: 'sharer',
    advice: 'This week is damaged at its source. Ask the owner to publish it again.',
  },
  ERR_ARCHIVE_TOO_LARGE: { actor: 'sharer', advice: 'It was not fetched: it is larger than an archive may be.' },
  ERR_INDEX_INVALID: { actor: 'sharer', advice: 'The index is damaged at its source. Ask the owner to publish again.' },
  ERR_INDEX_FULL: {
    actor: 'person',
    advice: 'What was published before stays as it is. Choose more days for an archive, and try again.',
  },
  ERR_DESCRIPTION_MISSING: {
    actor: 'person',
    advice: 'Nothing was published. Try again once another member, or a keeper, is online.',
  },
  ERR_GROUP_KEY_MISSING: { actor: 'sharer', advice: 'Ask a member for the key named below, and add it.' },
  ERR_QUOTA_TOO_SMALL: { actor: 'person', advice: 'Give this community more room in its settings.' },

  // The widget
  ERR_WIDGET_NO_HOST: {
    actor: 'developer',
    advice: 'Embed it with Quire’s own elements of this version, or with an iframe whose address has no “nonce”.',
  },
  ERR_WIDGET_HOST_DENIED: {
    actor: 'person',
    advice: 'Open it in Quire itself, or allow this page to do it where the widget says what the page may do.',
  },

  // Threads, pages and processes
  ERR_NODE_STOPPED: { actor: 'person', advice: 'Reload the page to start the node again; what was stored is safe.' },
  ERR_WORKER_DIED: { actor: 'person', advice: 'Reload the page to start the node again; what was stored is safe.' },
  ERR_INSECURE_PAGE: { actor: 'operator', advice: 'Open Quire over https, or on localhost.' },
  ERR_NODE_MOVED: {
    actor: 'person',
    advice: 'The node moved to another tab in the middle of this. Look whether it was done; if not, try again.',
  },
  ERR_NODE_UNREACHABLE: {
    actor: 'person',
    advice: 'Close the other tabs of Quire in this browser, then reload this page; what was stored is safe.',
  },
  ERR_SAVE_FAILED: { actor: 'person', advice: 'The file is still here in Quire. Choose another place and save again.' },
  ERR_KEEPER_NOT_RUNNING: {
    actor: 'operator',
    advice: 'Start one with `quire keeper`, or name one that runs with --keeper and --token.',
  },
  ERR_KEEPER_RUNNING: {
    actor: 'operator',
    advice: 'Stop that keeper first, or choose another folder with --data-dir.',
  },
  ERR_KEEPER_REFUSED: {
    actor: 'operator',
    advice: 'Use the token in the file “api-token” of the keeper’s data folder.',
  },
  ERR_KEEPER_ANSWER_INVALID: {
    actor: 'developer',
    advice: 'Check that the address is a Quire keeper’s and that both are of the same version.',
  },
  ERR_DATA_FOLDER_UNUSABLE: { actor: 'operator', advice: 'Choose a folder that you may write to with --data-dir.' },
  ERR_CONTENT_MISMATCH: {
    actor: 'developer',
    advice: 'The bytes differ from what the CID names, so nothing was kept. Try again, or use another keeper.',
  },
  ERR_PORT_IN_USE: { actor: 'operator', advice: 'Stop the other program, or choose another port.' },
  ERR_UNKNOWN: { actor: 'developer', advice: 'Try again; if it stays, report it with the text below.' },
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof ERROR_TABLE

/** What an error says beside its message: small, cloneable values (numbers are in the unit their key names). */
export type ErrorDetails = Readonly<Record<string, string | number | boolean>>

export interface QuireErrorOptions {
  readonly cause?: unknown
  readonly details?: ErrorDetails
}

/** A failure with a code from `ERROR_TABLE`; `message` says what happened in one sentence. */
export class QuireError extends Error {
  override readonly name = 'QuireError'
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, message: string, options: QuireErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.details = options.details ?? {}
  }

  /** Who can do something about it. */
  get actor(): ErrorActor {
    return ERROR_TABLE[this.code].actor
  }

  /** What a person can do, in one or two sentences. */
  get advice(): string {
    return ERROR_TABLE[this.code].advice
  }
}

/** True for a `QuireError`, with that code where one is given. */
export function isQuireError(error: unknown, code?: ErrorCode): error is QuireError {
  return error instanceof QuireError && (code === undefined || error.code === code)
}

/** Messages from the other side of a frame: undefined for anything that is not one of the protocol. */
import { countOf, fieldOf, oneOf, parseAppearance, parseRights, parseView, textOf } from './parse-parts.ts'
import { commonVersion, REFUSALS } from './protocol.ts'
import type {
  HelloMessage,
  HostMessage,
  ReadyMessage,
  UploadedFile,
  WidgetError,
  WidgetMessage,
  WidgetState,
} from './protocol.ts'

const CODE_PATTERN = /^ERR_[A-Z_]{1,60}$/
const HEX_128 = /^[0-9a-f]{32}$/
const MAX_VERSIONS = 16
const MAX_TEXT_CHARACTERS = 1_024
const MAX_NAME_CHARACTERS = 255
const MAX_LINK_CHARACTERS = 16_384
const MAX_HEIGHT_PX = 20_000
const MAX_CID_CHARACTERS = 100

export function parseReady(data: unknown): ReadyMessage | undefined {
  const versions = parseVersions(data)
  const challenge = fieldOf(data, 'challenge')
  if (fieldOf(data, 'type') !== 'quire-widget-ready' || versions === undefined) return undefined
  if (typeof challenge !== 'string' || !HEX_128.test(challenge)) return undefined
  return { type: 'quire-widget-ready', versions, challenge }
}

/** Whether it was meant as one, be it well-formed or not. */
export function isHello(data: unknown): boolean {
  return fieldOf(data, 'type') === 'quire-widget-hello'
}

export function parseHello(data: unknown): HelloMessage | undefined {
  const versions = parseVersions(data)
  const [challenge, nonce] = [fieldOf(data, 'challenge'), fieldOf(data, 'nonce')]
  if (!isHello(data) || versions === undefined) return undefined
  if (typeof challenge !== 'string' || !HEX_128.test(challenge)) return undefined
  if (typeof nonce !== 'string' || !HEX_128.test(nonce)) return undefined
  return { type: 'quire-widget-hello', versions, challenge, nonce, ...parseAppearance(data) }
}

/** What a host page says on its port. */
export function parseHostMessage(data: unknown): HostMessage | undefined {
  const type = fieldOf(data, 'type')
  if (type === 'appearance') return { type, ...parseAppearance(data) }
  if (type === 'show') {
    const view = parseView(fieldOf(data, 'view'))
    return view === undefined ? undefined : { type, view }
  }
  if (type !== 'upload') return undefined
  const file = fieldOf(data, 'file')
  const name = textOf(fieldOf(data, 'name'), MAX_NAME_CHARACTERS)
  return file instanceof Blob ? { type, file, ...(name === undefined ? {} : { name }) } : undefined
}

/** What the widget says on its port. */
export function parseWidgetMessage(data: unknown): WidgetMessage | undefined {
  const type = fieldOf(data, 'type')
  switch (type) {
    case 'welcome':
      return parseWelcome(data)
    case 'refused': {
      const reason = oneOf(REFUSALS, fieldOf(data, 'reason'))
      return reason === undefined ? undefined : { type, reason }
    }
    case 'rights': {
      const rights = parseRights(fieldOf(data, 'rights'))
      return rights === undefined ? undefined : { type, rights }
    }
    case 'height': {
      const heightPx = countOf(fieldOf(data, 'heightPx'), MAX_HEIGHT_PX)
      return heightPx === undefined ? undefined : { type, heightPx }
    }
    case 'state': {
      const state = parseState(fieldOf(data, 'state'))
      return state === undefined ? undefined : { type, state }
    }
    case 'progress': {
      const [doneBytes, totalBytes] = [countOf(fieldOf(data, 'doneBytes')), countOf(fieldOf(data, 'totalBytes'))]
      return doneBytes === undefined
        ? undefined
        : { type, doneBytes, ...(totalBytes === undefined ? {} : { totalBytes }) }
    }
    case 'uploaded': {
      const file = parseUploaded(fieldOf(data, 'file'))
      return file === undefined ? undefined : { type, file }
    }
    case 'moved': {
      const view = parseView(fieldOf(data, 'view'))
      return view === undefined ? undefined : { type, view }
    }
    default:
      return undefined
  }
}

function parseWelcome(data: unknown): WidgetMessage | undefined {
  const version = fieldOf(data, 'version')
  const known = typeof version === 'number' ? commonVersion([version]) : undefined
  const rights = parseRights(fieldOf(data, 'rights'))
  const storage = oneOf(['shared', 'partitioned', 'memory'], fieldOf(data, 'storage'))
  if (known === undefined || rights === undefined || storage === undefined) return undefined
  return { type: 'welcome', version: known, rights, storage }
}

function parseState(value: unknown): WidgetState | undefined {
  const state = oneOf(['starting', 'asking', 'loading', 'ready', 'failed'], fieldOf(value, 'state'))
  if (state !== 'failed') return state === undefined ? undefined : { state }
  const error = fieldOf(value, 'error')
  return { state, error: parseError(error) }
}

function parseError(value: unknown): WidgetError {
  const code = textOf(fieldOf(value, 'code'), MAX_TEXT_CHARACTERS) ?? ''
  return {
    code: CODE_PATTERN.test(code) ? code : 'ERR_UNKNOWN',
    message: textOf(fieldOf(value, 'message'), MAX_TEXT_CHARACTERS) ?? '',
    advice: textOf(fieldOf(value, 'advice'), MAX_TEXT_CHARACTERS) ?? '',
  }
}

function parseUploaded(value: unknown): UploadedFile | undefined {
  const cid = textOf(fieldOf(value, 'cid'), MAX_CID_CHARACTERS)
  const sizeBytes = countOf(fieldOf(value, 'sizeBytes'))
  const link = textOf(fieldOf(value, 'link'), MAX_LINK_CHARACTERS)
  if (cid === undefined || sizeBytes === undefined || link === undefined) return undefined
  const name = textOf(fieldOf(value, 'name'), MAX_NAME_CHARACTERS)
  const mediaType = textOf(fieldOf(value, 'mediaType'), MAX_NAME_CHARACTERS)
  return {
    cid,
    sizeBytes,
    link,
    ...(name === undefined ? {} : { name }),
    ...(mediaType === undefined ? {} : { mediaType }),
  }
}

function parseVersions(data: unknown): number[] | undefined {
  const versions = fieldOf(data, 'versions')
  if (!Array.isArray(versions) || versions.length === 0 || versions.length > MAX_VERSIONS) return undefined
  return versions.every((version) => Number.isSafeInteger(version)) ? versions : undefined
}

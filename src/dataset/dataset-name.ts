/** Longest file name that a manifest may carry, in bytes of UTF-8. Source: logos-storage-nim `storagetypes`. */
const MAX_FILENAME_BYTES = 255
/** Longest media type that a manifest may carry, in bytes of UTF-8. Source: logos-storage-nim `storagetypes`. */
const MAX_MIMETYPE_BYTES = 128
/** An extension longer than this is no extension worth keeping when a name is cut. */
const MAX_EXTENSION_BYTES = 32

const encoder = new TextEncoder()

/** Name and media type as a manifest can hold them; what a manifest does not carry is undefined. */
export interface DatasetLabel {
  readonly filename?: string | undefined
  readonly mimetype?: string | undefined
}

/**
 * `label` within the manifest’s limits: too long a name loses the end of its stem and keeps its extension, too long a
 * media type is left out (a cut one would name another type), empty ones are left out.
 */
export function fitLabel(label: DatasetLabel): { filename?: string; mimetype?: string } {
  const filename = label.filename === undefined ? '' : cutName(label.filename)
  const mimetype = label.mimetype === undefined || byteLength(label.mimetype) > MAX_MIMETYPE_BYTES ? '' : label.mimetype
  return { ...(filename === '' ? {} : { filename }), ...(mimetype === '' ? {} : { mimetype }) }
}

function cutName(name: string): string {
  if (byteLength(name) <= MAX_FILENAME_BYTES) return name
  const dot = name.lastIndexOf('.')
  const tail = dot > 0 ? name.slice(dot) : ''
  const extension = byteLength(tail) <= MAX_EXTENSION_BYTES ? tail : ''
  const stem = name.slice(0, name.length - extension.length)
  return cutBytes(stem, MAX_FILENAME_BYTES - byteLength(extension)) + extension
}

/** The longest beginning of `text` that has at most `maxBytes`, never half of a character. */
function cutBytes(text: string, maxBytes: number): string {
  const { read } = encoder.encodeInto(text, new Uint8Array(maxBytes))
  return text.slice(0, read)
}

function byteLength(text: string): number {
  return encoder.encode(text).byteLength
}

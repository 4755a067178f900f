/** How a file of a stranger may be shown: by kinds that a browser draws or plays without running anything of it. */
import type { ManifestView } from '../rpc/api.ts'

export type FileKind = 'image' | 'audio' | 'video' | 'text' | 'other'

/** The type with which its bytes are given to the browser; never the manifest’s own word. */
export interface ShownAs {
  readonly kind: FileKind
  readonly mediaType: string
}

/** Formats without scripts: SVG and HTML are text here. */
const IMAGES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/bmp', 'image/x-icon']
const AUDIO = [
  'audio/mpeg',
  'audio/mp4',
  'audio/aac',
  'audio/ogg',
  'audio/opus',
  'audio/webm',
  'audio/wav',
  'audio/flac',
]
const VIDEO = ['video/mp4', 'video/webm', 'video/ogg', 'video/quicktime']
const TEXT = ['application/json', 'application/xml', 'application/javascript', 'application/x-sh', 'image/svg+xml']

const BY_EXTENSION: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  bmp: 'image/bmp',
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  aac: 'audio/aac',
  oga: 'audio/ogg',
  ogg: 'audio/ogg',
  opus: 'audio/opus',
  wav: 'audio/wav',
  flac: 'audio/flac',
  mp4: 'video/mp4',
  m4v: 'video/mp4',
  webm: 'video/webm',
  ogv: 'video/ogg',
  mov: 'video/quicktime',
  txt: 'text/plain',
  md: 'text/plain',
  csv: 'text/plain',
  log: 'text/plain',
  json: 'text/plain',
  svg: 'text/plain',
  html: 'text/plain',
}

export function shownAs({ mediaType, name }: Pick<ManifestView, 'mediaType' | 'name'>): ShownAs {
  const said = (mediaType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  const extension = /\.([a-z0-9]{1,5})$/i.exec(name ?? '')?.[1]?.toLowerCase() ?? ''
  const isVague = said === '' || said === 'application/octet-stream'
  const type = isVague ? (BY_EXTENSION[extension] ?? said) : said
  if (IMAGES.includes(type)) return { kind: 'image', mediaType: type }
  const plain = type === 'audio/x-wav' || type === 'audio/wave' ? 'audio/wav' : type
  if (AUDIO.includes(plain)) return { kind: 'audio', mediaType: plain }
  if (VIDEO.includes(type)) return { kind: 'video', mediaType: type }
  if (type.startsWith('text/') || TEXT.includes(type)) return { kind: 'text', mediaType: 'text/plain' }
  return { kind: 'other', mediaType: 'application/octet-stream' }
}

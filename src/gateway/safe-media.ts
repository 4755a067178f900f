import type { ManifestView } from '../rpc/api.ts'

/** As what content of peers may be shown on this origin, whatever its manifest says. */
export interface SafeMedia {
  readonly contentType: string
  /** Shown in the browser; all else is only saved. */
  readonly isShown: boolean
  /** A film or a sound, which a browser loads in parts as it plays. */
  readonly isPlayed: boolean
}

/** Of each, what a browser shows without a script, a style or a plug-in in it. */
const IMAGES = ['apng', 'avif', 'bmp', 'gif', 'jpeg', 'png', 'vnd.microsoft.icon', 'webp', 'x-icon']
const SOUNDS = [
  'aac',
  'flac',
  'mp4',
  'mpeg',
  'ogg',
  'opus',
  'vnd.wave',
  'wav',
  'wave',
  'webm',
  'x-flac',
  'x-m4a',
  'x-wav',
]
const FILMS = ['mp4', 'mpeg', 'ogg', 'quicktime', 'webm', 'x-m4v', 'x-matroska']
const SHOWN: ReadonlySet<string> = new Set([
  ...IMAGES.map((name) => `image/${name}`),
  ...SOUNDS.map((name) => `audio/${name}`),
  ...FILMS.map((name) => `video/${name}`),
])

/** Shown as what was written: HTML, SVG, XML and scripts are text here. */
const TEXT =
  /^text\/|^application\/(?:(?:x-)?javascript|ecmascript|json|xml|xml-dtd|toml|yaml|x-sh|sql)$|\+(?:xml|json|yaml)$/u

/** For manifests that say no type. Source: what Chromium takes endings for. */
const TYPE_OF_ENDING: Readonly<Record<string, string>> = {
  avif: 'image/avif',
  flac: 'audio/flac',
  gif: 'image/gif',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  json: 'application/json',
  m4a: 'audio/x-m4a',
  m4v: 'video/x-m4v',
  md: 'text/markdown',
  mkv: 'video/x-matroska',
  mov: 'video/quicktime',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  ogg: 'audio/ogg',
  ogv: 'video/ogg',
  opus: 'audio/ogg',
  png: 'image/png',
  txt: 'text/plain',
  wav: 'audio/wav',
  webm: 'video/webm',
  webp: 'image/webp',
}

export function safeMedia({ mediaType, name }: Pick<ManifestView, 'mediaType' | 'name'>): SafeMedia {
  const type = essence(mediaType) ?? typeOfEnding(name) ?? ''
  if (SHOWN.has(type)) return { contentType: type, isShown: true, isPlayed: !type.startsWith('image/') }
  if (TEXT.test(type)) return { contentType: 'text/plain; charset=utf-8', isShown: true, isPlayed: false }
  return { contentType: 'application/octet-stream', isShown: false, isPlayed: false }
}

/** Without parameters; nothing of it reaches a header but what the tables above have. */
function essence(mediaType: string | undefined): string | undefined {
  const type = mediaType?.split(';', 1)[0]?.trim().toLowerCase()
  return type === '' ? undefined : type
}

function typeOfEnding(name: string | undefined): string | undefined {
  const ending = /\.([a-z\d]{1,5})$/iu.exec(name ?? '')?.[1]?.toLowerCase()
  return ending !== undefined && Object.hasOwn(TYPE_OF_ENDING, ending) ? TYPE_OF_ENDING[ending] : undefined
}

/**
 * Takes what another app shares to this one (the manifest’s `share_target`), and leads to the page that adds it.
 *
 *   POST share ─▶ files: into a cache, page at #/shared/<id> · a link alone: page at #/web+codex:<text> · neither: page at #/
 *   what no page took within an hour (closed, crashed) ─▶ dropStrandedShares
 */
import { NAME_HEADER, SHARE_FAILED, SHARE_PATH, SHARED_AT_HEADER, SHARED_CACHE } from '../rpc/shared-files.ts'
import { sharedFragment, sharedPrefix } from '../rpc/shared-files.ts'
import type { Answerer } from './requests.ts'

export interface ShareTargetParts {
  /** The app’s own address, with the slash at its end. */
  readonly scope: string
  readonly caches: Pick<CacheStorage, 'open'>
  readonly createId: () => string
  readonly nowMs: () => number
}

/** As many as a person chooses at a time; a form of another site could hold any number. */
const MAX_FILES = 500
/** A page takes them as it opens; this is for one that a person comes back to. */
const STRANDED_AFTER_MS = 60 * 60_000
/** Longer texts hold no link. */
const MAX_TEXT_CHARACTERS = 16_384

export function shareTarget(parts: ShareTargetParts): Answerer {
  return (request) => {
    const isShare = request.method === 'POST' && request.url === parts.scope + SHARE_PATH
    return isShare ? takeShare(request, parts) : undefined
  }
}

/** Frees what was shared and no page took: nothing leads to it any more. */
export async function dropStrandedShares({
  caches,
  nowMs,
}: {
  readonly caches: Pick<CacheStorage, 'has' | 'open'>
  readonly nowMs: () => number
}): Promise<void> {
  if (!(await caches.has(SHARED_CACHE))) return
  const cache = await caches.open(SHARED_CACHE)
  for (const request of await cache.keys()) {
    const response = await cache.match(request)
    const sharedAtMs = Number(response?.headers.get(SHARED_AT_HEADER) ?? 0)
    if (nowMs() - sharedAtMs >= STRANDED_AFTER_MS) await cache.delete(request)
  }
}

async function takeShare(request: Request, parts: ShareTargetParts): Promise<Response> {
  const { scope } = parts
  try {
    const form = await request.formData()
    const files = form.getAll('files').filter((entry) => entry instanceof File)
    const fragment = files.length > 0 ? await keepFiles(files, parts) : linkFragment(form)
    return seeOther(scope + fragment)
  } catch {
    // Too little room, or a form that broke off: the page says so.
    return seeOther(scope + sharedFragment(SHARE_FAILED))
  }
}

async function keepFiles(files: readonly File[], parts: ShareTargetParts): Promise<string> {
  const { scope, caches, createId, nowMs } = parts
  if (files.length > MAX_FILES) throw new RangeError(`${files.length} files are more than can be shared at a time.`)
  const id = createId()
  const prefix = sharedPrefix(scope, id)
  const cache = await caches.open(SHARED_CACHE)
  try {
    for (const [index, file] of files.entries()) await cache.put(`${prefix}${index}`, responseOf(file, nowMs()))
  } catch (error) {
    // Half of a share would be taken for the whole.
    await Promise.all(files.map((_file, index) => cache.delete(`${prefix}${index}`)))
    throw error
  }
  return sharedFragment(id)
}

function responseOf(file: File, sharedAtMs: number): Response {
  const headers = {
    'Content-Type': file.type === '' ? 'application/octet-stream' : file.type,
    [SHARED_AT_HEADER]: String(sharedAtMs),
    [NAME_HEADER]: encodeURIComponent(file.name.toWellFormed()),
  }
  return new Response(file, { headers })
}

/** Apps put a link into any of the three; a title alone is none. */
function linkFragment(form: FormData): string {
  const text = ['url', 'text']
    .map((name) => form.get(name))
    .filter((value) => typeof value === 'string')
    .join(' ')
    .trim()
  return text === '' || text.length > MAX_TEXT_CHARACTERS
    ? '#/'
    : `#/${encodeURIComponent(`web+codex:${text.toWellFormed()}`)}`
}

/** By GET, so that a reload shares nothing again. */
function seeOther(url: string): Response {
  return Response.redirect(url, 303)
}

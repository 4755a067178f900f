/**
 * Takes what another app shares to this one (the manifest’s `share_target`), and leads to the page that adds it.
 *
 *   POST share ─▶ files: into a cache, page at #/shared/<id> · a link alone: page at #/web+codex:<text> · neither: page at #/
 */
import { NAME_HEADER, SHARE_FAILED, SHARE_PATH, SHARED_CACHE } from '../rpc/shared-files.ts'
import { sharedFragment, sharedPrefix } from '../rpc/shared-files.ts'
import type { Answerer } from './requests.ts'

export interface ShareTargetParts {
  /** The app’s own address, with the slash at its end. */
  readonly scope: string
  readonly caches: Pick<CacheStorage, 'open'>
  readonly createId: () => string
}

/** As many as a person chooses at a time; a form of another site could hold any number. */
const MAX_FILES = 500
/** Longer texts hold no link. */
const MAX_TEXT_CHARACTERS = 16_384

export function shareTarget(parts: ShareTargetParts): Answerer {
  return (request) => {
    const isShare = request.method === 'POST' && request.url === parts.scope + SHARE_PATH
    return isShare ? takeShare(request, parts) : undefined
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

async function keepFiles(files: readonly File[], { scope, caches, createId }: ShareTargetParts): Promise<string> {
  if (files.length > MAX_FILES) throw new RangeError(`${files.length} files are more than can be shared at a time.`)
  const id = createId()
  const prefix = sharedPrefix(scope, id)
  const cache = await caches.open(SHARED_CACHE)
  try {
    for (const [index, file] of files.entries()) await cache.put(`${prefix}${index}`, responseOf(file))
  } catch (error) {
    // Half of a share would be taken for the whole.
    await Promise.all(files.map((_file, index) => cache.delete(`${prefix}${index}`)))
    throw error
  }
  return sharedFragment(id)
}

function responseOf(file: File): Response {
  const headers = {
    'Content-Type': file.type === '' ? 'application/octet-stream' : file.type,
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

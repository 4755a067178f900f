/** The archives themselves in a ZIP, unpacked: `index`, one file an archive, and a list of what is what. */
import { Zip, ZipPassThrough } from 'fflate'
import type { ExportArchive, ExportHead } from './export-message.ts'

export async function* archivesZip(
  {
    head,
    index,
    archives,
  }: {
    readonly head: ExportHead
    readonly index?: Uint8Array | undefined
    readonly archives: readonly ExportArchive[]
  },
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let pieces: Uint8Array[] = []
  const zip = new Zip((error, piece) => {
    if (error) throw error
    pieces.push(piece)
  })
  const take = function* take(): Generator<Uint8Array<ArrayBuffer>> {
    for (const piece of pieces) if (piece.byteLength > 0) yield piece as Uint8Array<ArrayBuffer>
    pieces = []
  }
  const add = (name: string, bytes: Uint8Array): void => {
    const file = new ZipPassThrough(name)
    // Fixed, so that the same archives make the same ZIP.
    file.mtime = new Date(1980, 0, 1, 12)
    zip.add(file)
    file.push(bytes, true)
  }
  add('about.json', new TextEncoder().encode(aboutOf(head, archives)))
  if (index !== undefined) add('index', index)
  yield* take()
  for (const archive of archives) {
    signal?.throwIfAborted()
    add(pathOf(archive), await archive.read())
    yield* take()
  }
  zip.end()
  yield* take()
}

function pathOf({ archiveId, fromMs }: ExportArchive): string {
  return `archives/${new Date(fromMs).toISOString().slice(0, 10)} ${archiveId}.bin`
}

function aboutOf(head: ExportHead, archives: readonly ExportArchive[]): string {
  const iso = (ms: number): string => new Date(ms).toISOString()
  const about = {
    format: 'WakuMessageArchive, as published; “index” is a LogosStorageWakuMessageArchiveIndex',
    community: { id: head.communityId, name: head.communityName },
    from: iso(head.fromMs),
    to: iso(head.toMs),
    missing: head.gaps.map(({ fromMs, toMs, why }) => ({ from: iso(fromMs), to: iso(toMs), why })),
    archives: archives.map((archive) => ({
      file: pathOf(archive),
      id: archive.archiveId,
      cid: archive.cid,
      from: iso(archive.fromMs),
      to: iso(archive.toMs),
    })),
  }
  return `${JSON.stringify(about, undefined, 2)}\n`
}

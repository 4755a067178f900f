import { piecesOf } from './blob-pieces.ts'
import type { ImportFile, NamedBlob } from './import-file.ts'
import { isZip, zipFiles } from './zip-files.ts'

/** What was chosen as files by path; ZIPs are entered. Errors: `ERR_IMPORT_INVALID`. */
export async function importFiles(blobs: readonly NamedBlob[]): Promise<readonly ImportFile[]> {
  const files = await Promise.all(
    blobs.map(async (named) => ((await isZip(named.blob)) ? await zipFiles(named) : [plainFile(named)])),
  )
  // Resuming counts on the same order each time, whatever order the folder or ZIP has.
  return files.flat().sort((a, b) => (a.path < b.path ? -1 : 1))
}

function plainFile({ path, blob }: NamedBlob): ImportFile {
  return {
    path,
    sizeBytes: blob.size,
    async *read({ signal, onRead } = {}) {
      for await (const piece of piecesOf(blob, signal)) {
        onRead?.(piece.byteLength)
        yield piece
      }
    },
  }
}

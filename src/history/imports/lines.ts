/** Lines of any number of bytes, without their ends; what is longer than a line may be is told as its length alone. */
export type Line =
  | { readonly bytes: Uint8Array; readonly sizeBytes: number }
  | { readonly bytes: undefined; readonly sizeBytes: number }

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d

/** Cuts bytes into lines, several a turn. */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  { maxLineBytes }: { readonly maxLineBytes: number },
): AsyncGenerator<readonly Line[]> {
  let pieces: Uint8Array[] = []
  let sizeBytes = 0
  const take = (piece: Uint8Array): void => {
    sizeBytes += piece.byteLength
    if (sizeBytes > maxLineBytes) pieces = []
    else pieces.push(piece)
  }
  const finish = (): Line => {
    const line = sizeBytes > maxLineBytes ? { bytes: undefined, sizeBytes } : { bytes: joined(pieces), sizeBytes }
    pieces = []
    sizeBytes = 0
    return line
  }
  for await (const chunk of chunks) {
    const lines: Line[] = []
    let at = 0
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, at)) {
      take(chunk.subarray(at, end))
      lines.push(finish())
      at = end + 1
    }
    if (at < chunk.byteLength) take(chunk.slice(at))
    if (lines.length > 0) yield lines
  }
  if (sizeBytes > 0) yield [finish()]
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [first] = pieces
  if (first === undefined) return new Uint8Array()
  if (pieces.length === 1) return withoutReturn(first)
  const all = new Uint8Array(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.byteLength
  }
  return withoutReturn(all)
}

function withoutReturn(line: Uint8Array): Uint8Array {
  return line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line
}

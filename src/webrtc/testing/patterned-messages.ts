/** Message `index` of a test transfer: every word tells where it belongs, so loss, reordering and damage all show. */
export function patternedMessage(index: number, sizeBytes: number): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(sizeBytes / 4)
  for (let i = 0; i < words.length; i += 1) {
    words[i] = wordAt(index, i)
  }
  return new Uint8Array(words.buffer)
}

export function isPatternedMessage(index: number, data: ArrayBuffer): boolean {
  return new Uint32Array(data).every((word, i) => word === wordAt(index, i))
}

function wordAt(index: number, i: number): number {
  return (Math.imul(index + 1, 2_654_435_761) + i) >>> 0
}

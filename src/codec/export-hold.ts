/** Name of the lock by which a page holds a file that the node exported for it, until its browser has copied it. */
export function exportHoldName(fileName: string): string {
  return `quire-export ${fileName}`
}

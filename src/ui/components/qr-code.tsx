import { useMemo } from 'preact/hooks'
import { encode } from 'uqr'

/** Modules of quiet around a code; readers expect four. */
const BORDER_MODULES = 4
/** The chequered one. Trying all eight for the most even picture took 86 ms of the page for a link with two addresses. */
const MASK_PATTERN = 0

/** A link as a QR code, always dark on light: many readers refuse the inverse. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, data } = useMemo(
    () => encode(text, { ecc: 'L', border: BORDER_MODULES, maskPattern: MASK_PATTERN }),
    [text],
  )
  return (
    <svg class="qr-code" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <path class="qr-paper" d={`M0 0h${size}v${size}H0z`} />
      <path class="qr-ink" d={pathOf(data)} />
    </svg>
  )
}

/** One rectangle for each horizontal run of dark modules. */
function pathOf(rows: readonly (readonly boolean[])[]): string {
  const parts: string[] = []
  for (const [y, row] of rows.entries()) {
    let start: number | undefined
    for (let x = 0; x <= row.length; x++) {
      const isDark = row[x] ?? false
      if (isDark && start === undefined) start = x
      if (isDark || start === undefined) continue
      parts.push(`M${start} ${y}h${x - start}v1H${start}z`)
      start = undefined
    }
  }
  return parts.join('')
}

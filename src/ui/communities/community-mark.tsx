import type { CommunityView } from '../../rpc/history-api.ts'
import { displayName } from '../format/names.ts'

const COLOR_PATTERN = /^#[0-9a-f]{6}$/i

/** A community’s colour with its first letter, where a picture would be. */
export function CommunityMark({ community }: { community: Pick<CommunityView, 'name' | 'color'> }) {
  const { name, color } = community
  const [letter = ''] = Array.from(displayName(name).toUpperCase())
  // What a stranger wrote becomes a colour, or nothing.
  const fill = color !== undefined && COLOR_PATTERN.test(color) ? color : undefined
  return (
    <svg class="community-mark" viewBox="0 0 40 40" width="40" height="40" aria-hidden="true" focusable="false">
      <rect width="40" height="40" rx="8" fill={fill ?? 'var(--line)'} />
      <text x="20" y="26.5" text-anchor="middle" fill={fill === undefined ? 'var(--ink)' : inkOn(fill)}>
        {letter}
      </text>
    </svg>
  )
}

/** Black or white, whichever is easier to read on a colour. */
export function inkOn(color: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  // Relative luminance of WCAG 2; where both inks have the same contrast it is 0.179.
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? '#000000' : '#ffffff'
}

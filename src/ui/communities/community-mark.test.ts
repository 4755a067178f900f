import { describe, expect, it } from 'vitest'
import { COLORS } from './color-choice.tsx'
import { inkOn } from './community-mark.tsx'

describe('the letter on a community’s colour', () => {
  it.each([...COLORS, '#000000', '#ffffff', '#ffff00', '#777777', '#0000ff'])('can be read on %s', (color) => {
    expect(contrastOf(color, inkOn(color))).toBeGreaterThan(4.5)
  })
})

/** As WCAG 2 defines it. */
function contrastOf(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminanceOf(a), luminanceOf(b)].toSorted((one, other) => other - one)
  return (light + 0.05) / (dark + 0.05)
}

function luminanceOf(color: string): number {
  const value = Number.parseInt(color.slice(1), 16)
  const parts = [value >> 16, (value >> 8) & 255, value & 255].map((part) => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return (parts[0] ?? 0) * 0.2126 + (parts[1] ?? 0) * 0.7152 + (parts[2] ?? 0) * 0.0722
}

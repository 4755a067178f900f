import type { Signal } from '@preact/signals'

/** Bookcloth: each stands out on paper and on the dark page. */
export const COLORS = ['#a63d2f', '#8a6d1f', '#2f7d4f', '#2d6f8e', '#5b5ea6', '#8c4a80', '#59606d'] as const
const NAMES = ['Red', 'Ochre', 'Green', 'Blue', 'Violet', 'Plum', 'Grey'] as const

/** One of a few colours for a community. */
export function ColorChoice({ color }: { color: Signal<string> }) {
  return (
    <fieldset class="colors">
      <legend>Colour</legend>
      {COLORS.map((each, at) => (
        <label key={each} class="color">
          <input
            type="radio"
            name="color"
            value={each}
            checked={color.value === each}
            aria-label={NAMES[at]}
            onChange={() => (color.value = each)}
          />
          <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
            <rect width="24" height="24" rx="6" fill={each} />
          </svg>
        </label>
      ))}
    </fieldset>
  )
}

import { useApp } from '../app-context.ts'
import { hashOf, PLACES } from '../state/route.ts'
import { Icon, Mark } from './icon.tsx'

const PLACE_NAMES = { files: 'Files', communities: 'Communities', network: 'Network', settings: 'Settings' } as const

/** The places of the app; a bar at the bottom on a phone. */
export function Rail() {
  const { router } = useApp()
  const current = router.route.value.place
  return (
    <nav class="rail" aria-label="Places">
      <p class="rail-brand">
        <Mark />
        <span>Quire</span>
      </p>
      <ul>
        {PLACES.map((place) => (
          <li key={place}>
            <a class="rail-link" href={hashOf({ place })} aria-current={place === current ? 'page' : undefined}>
              <Icon name={place} />
              {PLACE_NAMES[place]}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}

import { useApp } from '../app-context.ts'
import { NoticeList } from '../files/notice-list.tsx'
import { THEMES } from '../state/theme.ts'
import { AppSection } from './app-section.tsx'
import { BackupSection } from './backup-section.tsx'
import { StorageSection } from './storage-section.tsx'

const THEME_WORDS = { auto: 'As the system', light: 'Light', dark: 'Dark' } as const

export function SettingsPlace() {
  const version = useApp().snapshot.value.status?.version
  return (
    <>
      <NoticeList />
      <ThemeSection />
      <StorageSection />
      <BackupSection />
      <AppSection />
      <section class="card" aria-labelledby="about-title">
        <h2 id="about-title">About Quire</h2>
        <p class="numbers">{version === undefined ? 'Quire' : `Version ${version}`}</p>
        <p class="quiet">
          MIT licence. Made with libp2p, multiformats, libauth, noble-hashes, hash-wasm, fflate, idb, Comlink, Preact
          and uqr, each under its own free licence.
        </p>
      </section>
    </>
  )
}

function ThemeSection() {
  const { theme } = useApp()
  return (
    <section class="card" aria-labelledby="theme-title">
      <h2 id="theme-title">Appearance</h2>
      <fieldset class="choices">
        <legend class="unseen">Appearance</legend>
        {THEMES.map((choice) => (
          <label key={choice} class="choice">
            <input
              type="radio"
              name="theme"
              value={choice}
              checked={theme.theme.value === choice}
              onChange={() => theme.choose(choice)}
            />
            <span>{THEME_WORDS[choice]}</span>
          </label>
        ))}
      </fieldset>
    </section>
  )
}

/** `gallery.html?state=<name>&theme=dark` under the development server: one state of the page. Not part of the app’s build. */
import '../styles/app.css'
import { SCENARIO_NAMES } from './scenarios.ts'
import { showScenario } from './show-scenario.tsx'

const query = new URLSearchParams(location.search)
const name = SCENARIO_NAMES.find((candidate) => candidate === query.get('state'))
const root = document.querySelector<HTMLElement>('#app')

if (root !== null && name !== undefined) {
  await showScenario(root, name, { theme: query.get('theme') ?? 'auto' })
  document.documentElement.dataset['ready'] = 'true'
} else if (root !== null) {
  for (const each of SCENARIO_NAMES) {
    const link = document.createElement('a')
    link.href = `?state=${each}`
    link.textContent = each
    root.append(link, document.createElement('br'))
  }
}

/** The page in which a film or a sound plays that is opened by itself (gateway/player-page.ts). */
import { play } from './play.ts'

/** A pause that nobody notices needs no words. */
const PATIENCE_MS = 2_000

const media = part('#player', HTMLMediaElement)
const told = part('#told', HTMLElement)
const again = part('#again', HTMLButtonElement)
let waitingTimer: ReturnType<typeof setTimeout> | undefined

for (const type of ['loadstart', 'waiting', 'seeking', 'seeked', 'canplay', 'playing']) {
  media.addEventListener(type, tellOfWaiting)
}
media.addEventListener('error', () => void onError())
again.addEventListener('click', onAgain)
// Where a browser lets pages play by themselves, as its own player does; elsewhere one presses.
media.addEventListener('canplay', () => void media.play().catch(() => undefined), { once: true })
play(media, (media.dataset['source'] ?? '') + location.hash)
// Keys work at once; a ring around all of it would only be in the way until one is pressed.
media.classList.add('arrived')
media.focus()
addEventListener('keydown', () => media.classList.remove('arrived'), { once: true })

function part<T extends Element>(selector: string, kind: new () => T): T {
  const found = document.querySelector(selector)
  if (found instanceof kind) return found
  throw new TypeError(`The page has no ${selector}.`)
}

function tell(text: string): void {
  clearTimeout(waitingTimer)
  told.textContent = text
}

function tellOfWaiting(): void {
  tell('')
  if (!media.seeking && media.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA) return
  waitingTimer = setTimeout(() => tell('Waiting for the next part. Nobody has sent it yet.'), PATIENCE_MS)
}

async function onError(): Promise<void> {
  if (media.error?.code === MediaError.MEDIA_ERR_DECODE) return tell('This browser cannot play it on from here.')
  const answer = await fetch(media.dataset['source'] ?? '', { method: 'HEAD' }).catch(() => undefined)
  // The page that says why, and goes on by itself.
  if (answer?.ok === false) return location.reload()
  if (media.error?.code === MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED) {
    media.hidden = true
    return tell('This browser cannot play a file of this kind. Save it, and open it with another program.')
  }
  tell('It stopped, as the next part did not come.')
  again.hidden = false
}

function onAgain(): void {
  const atS = media.currentTime
  again.hidden = true
  tell('')
  media.addEventListener('loadedmetadata', () => (media.currentTime = atS), { once: true })
  media.load()
  void media.play().catch(() => undefined)
  media.focus()
}

// The pages that the service worker shows in place of content (src/gateway/notice-page.ts) go on by themselves.
const { goesOn, probe } = document.documentElement.dataset
const progress = document.querySelector('#progress')
const PROBE_AFTER_MS = 1000
const AGAIN_AFTER_MS = 5000

async function isNodeHere() {
  const answer = await fetch(probe, { cache: 'no-store' }).catch(() => undefined)
  return answer?.status === 204
}

async function goOnWithNode() {
  progress.textContent = 'Waiting for a tab with Quire.'
  while (!(await isNodeHere())) await new Promise((resolve) => setTimeout(resolve, PROBE_AFTER_MS))
  goOn('Quire is there. Getting the file.')
}

/** A file that is saved leaves this page where it is, and what is looked for takes a while: the words stay. */
function goOn(words) {
  progress.textContent = words
  location.reload()
}

if (goesOn === 'with-node') void goOnWithNode()
if (goesOn === 'soon') {
  progress.textContent = 'Trying again in five seconds.'
  setTimeout(() => goOn('Looking for it again.'), AGAIN_AFTER_MS)
}
document.querySelector('#again')?.addEventListener('click', (event) => {
  event.preventDefault()
  goOn('Looking for it again.')
})

/**
 * ?file=<CID or link>&community=<id or link>&theme=dark&locale=de-CH: what the frames are to show. Where Quire is, the server
 * says; a page of your own would name it in a script tag and need none of this.
 */
const { quire } = await (await fetch('./where.json')).json()
const values = new URLSearchParams(location.search)

for (const [id, attribute] of [
  ['file', 'cid'],
  ['community', 'community'],
]) {
  const element = document.getElementById(id)
  const value = values.get(id)
  if (value === null) element.closest('section').hidden = true
  else element.setAttribute(attribute, value)
}
for (const element of document.querySelectorAll('quire-file, quire-drop, quire-community')) {
  for (const name of ['theme', 'locale']) {
    if (values.has(name)) element.setAttribute(name, values.get(name))
  }
  // Those that are not shown have no node either.
  if (element.closest('[hidden]') !== null || values.get('without') === element.id) element.remove()
}

for (const type of ['welcome', 'rights', 'state', 'error', 'uploaded', 'moved']) {
  document.addEventListener(`quire-${type}`, ({ target, detail }) => {
    const row = document.createElement('li')
    row.textContent = `${target.id} ${type} ${JSON.stringify(detail)}`
    document.querySelector('#log').append(row)
  })
}
document.addEventListener('quire-uploaded', ({ detail }) => {
  document.querySelector('#uploaded').textContent = `${detail.name}: ${detail.cid}`
})

// Loading it defines the elements.
await import(new URL('elements.js', quire))

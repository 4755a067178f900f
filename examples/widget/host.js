/** Gives the elements what the form asks for, and writes down what they say. */
const values = new URLSearchParams(location.search)
const element = (id) => document.getElementById(id)

for (const [id, attribute] of [
  ['file', 'cid'],
  ['community', 'community'],
]) {
  if (values.get(id)) element(id).setAttribute(attribute, values.get(id))
}
element('community').closest('section').hidden = !values.get('community')
for (const each of document.querySelectorAll('quire-file, quire-drop, quire-community')) {
  for (const name of ['theme', 'locale']) {
    if (values.get(name)) each.setAttribute(name, values.get(name))
  }
}
for (const [name, value] of values) {
  if (name in document.forms[0].elements) document.forms[0].elements[name].value = value
}
// Without a place for files: ?without=drop.
element(values.get('without'))?.remove()

for (const type of ['welcome', 'rights', 'state', 'error', 'uploaded', 'moved']) {
  document.addEventListener(`quire-${type}`, ({ target, detail }) => {
    const row = document.createElement('li')
    row.textContent = `${target.id} ${type} ${JSON.stringify(detail)}`
    element('log').append(row)
  })
}
document.addEventListener('quire-uploaded', ({ detail }) => {
  element('uploaded').textContent = `${detail.name}: ${detail.cid}`
  element('file').setAttribute('cid', detail.link)
})

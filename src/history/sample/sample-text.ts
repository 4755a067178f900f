/** Sentences that people in a community about books, gardens and tools might say, put together from parts. */
import type { Random } from './random.ts'
import { sampleName } from './sample-names.ts'

const THINGS = [
  'the second edition',
  'this binding',
  'the bindery',
  'our reading list',
  'the garden wall',
  'the press',
  'that old atlas',
  'the workshop',
  'the catalogue',
  'the north shelf',
  'the paper mill',
  'my first quire',
  'the index',
  'the newsletter',
  'the lending box',
  'the glue',
  'the type case',
  'chapter nine',
  'the summer meeting',
  'the harbour library',
] as const
const QUALITIES = [
  'better than I remembered',
  'still wet',
  'almost finished',
  'harder than it looks',
  'lovely in the morning light',
  'too heavy for one person',
  'out of print',
  'cheaper in autumn',
  'worth the wait',
  'missing two pages',
  'bound upside down',
  'quieter than last year',
  'open until eight',
  'ready to collect',
] as const
const PLACES = [
  'in Lisbon',
  'at the fair',
  'by the canal',
  'on the second floor',
  'near the station',
  'in the archive',
  'at Mira’s place',
  'under the stairs',
  'on the ferry',
  'in the old school',
] as const
const QUESTIONS = [
  'Has anyone seen',
  'Who could lend me',
  'What do you think of',
  'Is somebody still using',
  'Where did we put',
  'Could someone measure',
  'Does anyone know who made',
] as const
const OPENINGS = [
  'I think',
  'As far as I know',
  'Yesterday I noticed that',
  'Good news:',
  'To be fair,',
  'My neighbour says',
  'After three tries',
  'It turns out',
  'Last spring',
  'If I am not mistaken,',
] as const
const ANSWERS = [
  'Yes, I can do that on Thursday.',
  'No idea, sorry.',
  'Thank you, that helps a lot.',
  'I had the same question last month.',
  'It is on the blue shelf.',
  'Agreed.',
  'Not before Sunday, I am afraid.',
  'That made my day.',
  'Could you post a picture?',
  'Let us try it and see.',
  'I would rather wait a week.',
  'Same here.',
  'Found it, thanks!',
  'Careful with the edges.',
  'Count me in.',
] as const
const CODE = [
  '```ts\nconst pages = leaves.map((leaf) => leaf.recto)\n```',
  '```\nfold 4, trim 2 mm, press 30 min\n```',
  'Try `quire cid book.pdf`, it takes a second.',
  '```py\nfor sheet in sheets:\n    print(sheet.grain)\n```',
] as const
const LINKS = [
  'https://example.org/binding',
  'https://example.org/catalogue?page=4',
  'https://example.com/paper-sizes',
] as const
const MORE = [
  'The grain runs the other way.',
  'I took notes and will share them.',
  'We need about forty sheets.',
  'Bring a knife and a bone folder.',
  'It smells of linseed oil.',
  'The colours came out well.',
  'There is room for six more.',
  'I left the key with the porter.',
  'Nobody answered the phone.',
  'It rained the whole way.',
  'The label is hard to read.',
  'It took the afternoon, with tea.',
] as const

const NAMED = [
  (name: string) => `Ask for ${name}, they have it.`,
  (name: string) => `It was made in ${name}.`,
  (name: string) => `${name} used to do it that way.`,
  (name: string) => `Listed under ${name}, if you look for it.`,
] as const

/** A message that starts something, or an answer. */
export function sampleText(random: Random, { isAnswer }: { readonly isAnswer: boolean }): string {
  if (isAnswer && random.is(0.55)) return random.pick(ANSWERS)
  const roll = random.next()
  if (roll < 0.03) return `${sentence(random)}\n${random.pick(CODE)}`
  if (roll < 0.06) return `${sentence(random)} ${random.pick(LINKS)}`
  if (roll < 0.08)
    return `**${capital(random.pick(THINGS))}**\n- ${random.pick(MORE)}\n- ${random.pick(MORE)}\n- ${random.pick(MORE)}`
  if (roll < 0.3) return `${random.pick(QUESTIONS)} ${random.pick(THINGS)} ${random.pick(PLACES)}?`
  let text = sentence(random)
  if (random.is(0.3)) text += ` ${random.pick(NAMED)(sampleName(random))}`
  while (random.is(0.4)) text += ` ${random.pick(MORE)}`
  return text
}

function sentence(random: Random): string {
  const core = `${random.pick(THINGS)} ${random.pick(PLACES)} is ${random.pick(QUALITIES)}.`
  return random.is(0.5) ? `${random.pick(OPENINGS)} ${core}` : capital(core)
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

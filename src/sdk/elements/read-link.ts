/** What stands in an attribute: a bare CID or community’s id, or a link of any page of Quire to one. */
export interface ReadLink {
  readonly id: string
  readonly channelId?: string | undefined
  readonly messageId?: string | undefined
  readonly atMs?: number | undefined
  readonly addresses: readonly string[]
}

const MAX_CHARACTERS = 16_384

/** Nothing is checked here; the widget’s own reading of it decides. */
export function readLink(text: string): ReadLink {
  const link = text.slice(0, MAX_CHARACTERS)
  const hash = link.indexOf('#')
  const [path = '', query = ''] = link.slice(hash + 1).split('?', 2)
  const [first = '', second = '', third = ''] = path.replace(/^\/+/, '').split('/')
  const [id, channel] = first === 'c' ? [second, third] : [first, second]
  const values = new URLSearchParams(query)
  const at = values.get('t')
  return {
    id,
    channelId: channel === '' ? undefined : id + channel,
    messageId: values.get('m') ?? undefined,
    atMs: at === null ? undefined : Number(at),
    addresses: values.getAll('maddrs').flatMap((list) => list.split(',')),
  }
}

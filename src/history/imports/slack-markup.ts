/** Slack’s own markup (“mrkdwn”) as the plainer one that messages here are written in. */

export interface SlackNames {
  readonly people: ReadonlyMap<string, string>
  readonly channels: ReadonlyMap<string, string>
}

/** Source: Slack, “Formatting text for app surfaces”. */
export function plainSlackText(text: string, names: SlackNames): string {
  return text
    .split(/(```[\s\S]*?```|`[^`\n]*`)/u)
    .map((part, i) => (i % 2 === 1 ? unescaped(withoutMarks(part, names)) : styled(withoutMarks(part, names))))
    .join('')
}

function withoutMarks(text: string, { people, channels }: SlackNames): string {
  return text.replaceAll(/<([^<>\n]+)>/gu, (_, mark: string) => {
    const bar = mark.indexOf('|')
    const [target, label] = bar === -1 ? [mark, undefined] : [mark.slice(0, bar), mark.slice(bar + 1)]
    if (target.startsWith('@')) return `@${label ?? people.get(target.slice(1)) ?? target.slice(1)}`
    if (target.startsWith('#')) return `#${nonEmpty(label) ?? channels.get(target.slice(1)) ?? target.slice(1)}`
    if (target.startsWith('!')) return label ?? `@${target.slice(1).split('^')[0] ?? ''}`
    const address = target.replace(/^mailto:/u, '')
    return label === undefined || label === address ? address : `${label} (${address})`
  })
}

/** Bold is one asterisk there and two here; struck-out text has one tilde there and two here. */
function styled(text: string): string {
  return unescaped(
    text
      .replaceAll(/(^|[\s(])\*(?=\S)([^*\n]+?)(?<=\S)\*(?=$|[\s).,:;!?])/gmu, '$1**$2**')
      .replaceAll(/(^|[\s(])~(?=\S)([^~\n]+?)(?<=\S)~(?=$|[\s).,:;!?])/gmu, '$1~~$2~~'),
  )
}

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}

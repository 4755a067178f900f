/** Draws the blocks of a message: elements and text only, nothing that was written becomes markup. */
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useMemo } from 'preact/hooks'
import { formatCount } from '../../format/bytes.ts'
import { shortenMiddle } from '../../format/names.ts'
import type { Span } from './inline-text.ts'
import { isEmojiOnly, messageBlocks } from './message-text.ts'
import type { Block } from './message-text.ts'
import { useScope } from './timeline-scope.ts'
import { WebLink } from './web-link.tsx'

/** Above this a message is cut until one asks for the rest. */
const CUT_FROM_CHARACTERS = 1600
const CUT_TO_CHARACTERS = 1200
const CUT_FROM_LINES = 24

export function MessageBody({ text, isEdited }: { text: string; isEdited: boolean }) {
  const isWhole = useSignal(false)
  const cut = useMemo(() => cutOf(text), [text])
  const shownText = isWhole.value ? text : cut
  const blocks = useMemo(() => messageBlocks(shownText), [shownText])
  return (
    <div class={isEmojiOnly(text) ? 'message-body message-emoji' : 'message-body'}>
      {blocks.map((block, at) => drawBlock(block, at))}
      {cut.length === text.length ? null : (
        <button type="button" class="link-button" onClick={() => (isWhole.value = !isWhole.value)}>
          {isWhole.value ? 'Show less' : `Show all ${formatCount(text.length)} characters`}
        </button>
      )}
      {isEdited ? <span class="message-edited">edited</span> : null}
    </div>
  )
}

function cutOf(text: string): string {
  let end = text.length > CUT_FROM_CHARACTERS ? CUT_TO_CHARACTERS : text.length
  let line = -1
  for (let count = 0; count < CUT_FROM_LINES; count++) {
    line = text.indexOf('\n', line + 1)
    if (line === -1) break
  }
  if (line !== -1) end = Math.min(end, line)
  if (end >= text.length) return text
  const space = Math.max(text.lastIndexOf(' ', end), text.lastIndexOf('\n', end))
  return text.slice(0, space > end / 2 ? space : end)
}

function drawBlock(block: Block, at: number): ComponentChildren {
  switch (block.kind) {
    case 'paragraph':
      return (
        <p key={at} class="body-text" dir="auto">
          {drawSpans(block.spans)}
        </p>
      )
    case 'heading':
      return (
        <p key={at} class="body-text body-heading" dir="auto">
          {drawSpans(block.spans)}
        </p>
      )
    case 'quote':
      return (
        <blockquote key={at} class="body-text body-quote" dir="auto">
          {drawSpans(block.spans)}
        </blockquote>
      )
    case 'code':
      return <CodeBlock key={at} text={block.text} />
    case 'list':
      return drawList(block, at)
  }
}

function drawList({ items, firstNumber }: Extract<Block, { kind: 'list' }>, at: number): ComponentChildren {
  const drawn = items.map((spans, item) => (
    <li key={item} dir="auto">
      {drawSpans(spans)}
    </li>
  ))
  return firstNumber === undefined ? (
    <ul key={at} class="body-list">
      {drawn}
    </ul>
  ) : (
    <ol key={at} class="body-list" start={firstNumber}>
      {drawn}
    </ol>
  )
}

function CodeBlock({ text }: { text: string }) {
  const { actions } = useScope()
  return (
    <div class="body-code">
      <pre ref={makeReachable} class="mono">
        <code>{text}</code>
      </pre>
      <button type="button" class="tool" title="Copy" onClick={() => void actions.copy(text, 'Code')}>
        Copy
      </button>
    </div>
  )
}

/** Long lines are scrolled, by the keyboard, too. */
function makeReachable(element: HTMLElement | null): void {
  if (element !== null) element.tabIndex = 0
}

function drawSpans(spans: readonly Span[]): ComponentChildren {
  return spans.map(drawSpan)
}

function drawSpan(span: Span, at: number): ComponentChildren {
  switch (span.kind) {
    case 'text':
      return span.text
    case 'code':
      return (
        <code key={at} class="mono body-inline-code">
          {span.text}
        </code>
      )
    case 'strong':
      return <strong key={at}>{drawSpans(span.spans)}</strong>
    case 'emphasis':
      return <em key={at}>{drawSpans(span.spans)}</em>
    case 'strike':
      return <s key={at}>{drawSpans(span.spans)}</s>
    case 'spoiler':
      return <Spoiler key={at}>{drawSpans(span.spans)}</Spoiler>
    case 'link':
      return <WebLink key={at} link={span} />
    case 'mention':
      return <Mention key={at} authorKey={span.key} />
  }
}

function Mention({ authorKey }: { authorKey: string }) {
  const { nameOf } = useScope()
  const name = authorKey === 'everyone' ? authorKey : nameOf.value(authorKey)
  return <bdi class="mention">@{name ?? shortenMiddle(authorKey, { start: 8, end: 4 })}</bdi>
}

/** Something that its writer wanted to be asked for. */
function Spoiler({ children }: { children: ComponentChildren }) {
  const isShown = useSignal(false)
  if (isShown.value) return <span class="spoiler-shown">{children}</span>
  return (
    <button type="button" class="spoiler" onClick={() => (isShown.value = true)}>
      Hidden text
    </button>
  )
}

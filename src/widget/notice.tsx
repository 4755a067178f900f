/** One thing that is said in place of content. */
import type { ComponentChildren } from 'preact'

interface NoticeProps {
  readonly title: string
  readonly words: string
  readonly isWarning?: boolean
  readonly children?: ComponentChildren
}

export function Notice({ title, words, isWarning = false, children }: NoticeProps) {
  return (
    <section class={isWarning ? 'widget-notice widget-notice-warning' : 'widget-notice'}>
      <h1 class="widget-title">{title}</h1>
      <p class="quiet">{words}</p>
      {children}
    </section>
  )
}

/** What lies beside the messages: a heading, a way to close it, its content. */
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Icon } from '../../components/icon.tsx'
import { useScope } from './timeline-scope.ts'
import { useListener } from './use-listener.ts'

interface SidePanelProps {
  readonly title: string
  readonly class?: string
  readonly children: ComponentChildren
}

export function SidePanel({ title, class: className = '', children }: SidePanelProps) {
  const { panel } = useScope()
  const element = useRef<HTMLElement>(null)
  useEffect(() => {
    const before = document.activeElement
    const first = element.current?.querySelector<HTMLElement>('[data-first]') ?? element.current?.querySelector('h2')
    first?.focus()
    return () => {
      if (
        before instanceof HTMLElement &&
        (document.activeElement === document.body || document.activeElement === null)
      ) {
        before.focus({ preventScroll: true })
      }
    }
  }, [])
  const close = () => (panel.value = undefined)
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    close()
  }
  useListener(element, 'keydown', onKeyDown)
  return (
    <section ref={element} class={`timeline-panel ${className}`} aria-label={title}>
      <header class="timeline-panel-head">
        <h2 tabIndex={-1}>{title}</h2>
        <button type="button" class="button button-quiet" aria-label={`Close: ${title}`} title="Close" onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      {children}
    </section>
  )
}

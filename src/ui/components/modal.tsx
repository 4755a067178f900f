/** The native `dialog`, opened while it is rendered: it keeps the focus inside, closes on Esc or a click beside it, gives the focus back. */
import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

interface ModalProps {
  /** Id of the heading inside. */
  readonly labelledBy: string
  readonly onClose: () => void
  readonly class?: string
  readonly children: ComponentChildren
}

export function Modal({ labelledBy, onClose, children, class: className = 'dialog' }: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const before = document.activeElement
    dialog.current?.showModal()
    // A dialog that is taken out of the page while it is open gives nothing back by itself.
    return () => {
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  return (
    <dialog ref={dialog} class={className} aria-labelledby={labelledBy} onClose={onClose} closedby="any">
      <div class="dialog-box">{children}</div>
    </dialog>
  )
}

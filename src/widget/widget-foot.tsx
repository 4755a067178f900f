/** The line below what is shown: whose it is, that nothing is stored where that is so, and the way to Quire’s own page. */
import { Mark } from '../ui/components/icon.tsx'
import { Icon } from '../ui/components/icon.tsx'
import { useWidget } from './widget-context.ts'

export function WidgetFoot() {
  const widget = useWidget()
  const isInMemory = widget.storage.value === 'memory'
  return (
    <footer class="widget-foot">
      <a class="widget-brand" href={widget.openUrl} target="_blank" rel="noopener">
        <Mark />
        <span>Open in Quire</span>
      </a>
      {isInMemory ? <p class="quiet widget-memory">Nothing is stored: this is gone when the page is closed.</p> : null}
      <button
        type="button"
        class="button button-quiet"
        aria-haspopup="dialog"
        onClick={() => (widget.isAboutShown.value = true)}
      >
        <Icon name="about" />
        <span class="button-word">About</span>
      </button>
    </footer>
  )
}

/** For who follows no community: one that the page’s server has to look at, where it has one. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { useApp } from '../app-context.ts'
import { Icon } from '../components/icon.tsx'
import { countOf } from '../format/bytes.ts'
import { displayName } from '../format/names.ts'
import type { SampleOffer } from '../page/sample-offer.ts'
import './sample-community.css'

export function SampleCommunity() {
  const { history, page } = useApp()
  const sample = useSignal<SampleOffer | undefined>(undefined)
  const isOpening = useSignal(false)
  useEffect(() => {
    const stop = new AbortController()
    void page.readSample(stop.signal).then((offer) => {
      if (!stop.signal.aborted) sample.value = offer
    })
    return () => stop.abort()
  }, [page, sample])
  const offer = sample.value
  if (offer === undefined) return null
  const open = async () => {
    if (isOpening.peek()) return
    isOpening.value = true
    await history.actions.follow(offer.community)
    isOpening.value = false
  }
  return (
    <div class="sample-offer">
      <p>
        New here? “{displayName(offer.name)}” is a made-up community with {countOf(offer.messages, 'message')} of{' '}
        {countOf(offer.weeks, 'week')}: read it, search it, and leave it when you have seen enough.
      </p>
      <button type="button" class="button" onClick={() => void open()}>
        <Icon name="communities" />
        Look at a community with a history
      </button>
    </div>
  )
}

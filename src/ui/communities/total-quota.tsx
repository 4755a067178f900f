import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { CommunityView } from '../../rpc/history-api.ts'
import { useApp } from '../app-context.ts'
import { formatBytes } from '../format/bytes.ts'
import { QuotaForm } from './quota-form.tsx'

/** How much all communities together may take. */
export function TotalQuota({ communities }: { communities: readonly CommunityView[] }) {
  const { history } = useApp()
  const quotaBytes = useSignal<number | undefined>(undefined)
  const load = () =>
    history.actions.try('Read the limit of all communities', async () => {
      quotaBytes.value = await history.api().totalQuotaBytes()
    })
  useEffect(() => void load(), [history])
  const set = async (bytes: number) => {
    const refusal = await history.actions.setTotalQuota(bytes)
    await load()
    return refusal
  }
  const heldBytes = communities.reduce((sum, community) => sum + community.heldBytes, 0)
  if (quotaBytes.value === undefined) return null
  return (
    <section class="card" aria-labelledby="total-quota-title">
      <h2 id="total-quota-title">Room for all communities</h2>
      <p class="numbers">
        {formatBytes(heldBytes)} kept of at most {formatBytes(quotaBytes.value)}
      </p>
      <QuotaForm id="total-quota" label="At most, in gigabytes" quotaBytes={quotaBytes.value} onSet={set} />
      <p class="quiet">When it is full, the oldest archives go first; they can be fetched again.</p>
    </section>
  )
}

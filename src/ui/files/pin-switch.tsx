import type { DatasetView } from '../../rpc/api.ts'
import { useApp } from '../app-context.ts'

const NOTE_ID = 'pin-note'

/** Whether a dataset stays until a person removes it, and what that means. */
export function PinSwitch({ dataset }: { dataset: DatasetView }) {
  const { device } = useApp()
  const { isPinned } = dataset
  return (
    <section class="announce" aria-label="Keeping">
      <label class="announce-label">
        <input
          type="checkbox"
          checked={isPinned}
          aria-describedby={NOTE_ID}
          onChange={({ currentTarget }) => void device.space.setPinned(dataset, currentTarget.checked)}
        />
        Pin this
      </label>
      <p id={NOTE_ID} class="quiet">
        {isPinned
          ? 'It stays on this device until you delete it.'
          : 'When room is needed, it may be removed from this device by itself, those not used for longest first.'}
      </p>
    </section>
  )
}
